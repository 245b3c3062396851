package emulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

func TestSystem(t *testing.T) {
	for _, c := range []struct {
		name, user, method, path string
		status                   int
		body                     string
	}{
		{"5.5 ping needs no login", "", "GET", "/api/system/ping", 200, "OK"},
		{"bad credentials are refused everywhere", "nobody", "GET", "/api/repositories", 401, envelope("401", "Bad Credentials")},
		{"5.5 version needs one", "", "GET", "/api/system/version", 401, envelope("401", "Authentication is required")},
		{"5.5 license is for admins", "owner", "GET", "/api/system/license", 403, envelope("403", "Forbidden")},
		{"absent", "admin", "GET", "/api/system/none", 404, envelope("404", "Not Found")},
		{"absent API", "admin", "GET", "/api/none", 404, envelope("404", "Not Found")},
		{"other method", "admin", "POST", "/api/system/ping", 405, envelope("405", "Method Not Allowed")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := start(t, nil).as(c.user, c.method, c.path, ""); got.status != c.status || got.body != c.body {
				t.Errorf("%s = %d %s, want %d %s", c.path, got.status, got.body, c.status, c.body)
			}
		})
	}
}

func TestVersionAndHeaders(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Version = "7.84.10" })
	got := w.as("reader", http.MethodGet, "/api/system/version", "").decode(t)
	if got["version"] != "7.84.10" || got["revision"] != "78410900" || got["license"] == "" {
		t.Errorf("5.5 version = %v", got)
	}
	for _, path := range []string{"/api/system/version", "/api/storage/none", "/api/docker/dev/v2/", "/dev/none"} {
		h := w.as("", http.MethodGet, path, "").header
		if h.Get("X-JFrog-Version") != "Artifactory/7.84.10 78410900" || h.Get("X-Artifactory-Id") == "" || h.Get("X-Artifactory-Node-Id") == "" {
			t.Errorf("5.5 headers of %s = %v", path, h)
		}
	}
	if got := start(t, nil).as("reader", http.MethodGet, "/api/system/version", "").decode(t)["version"]; got != "7.161.20" {
		t.Errorf("version = %v, want a current one", got)
	}
}

// 6.2: tokens end by the server's clock, which need not be the client's.
func TestSkew(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Now, o.Skew = monday, -time.Hour })
	got := w.as("", http.MethodGet, "/api/system/ping", "").header.Get("Date")
	if want := monday().Add(-time.Hour).UTC().Format(http.TimeFormat); got != want {
		t.Errorf("Date = %s, want %s", got, want)
	}
}

func TestLicense(t *testing.T) {
	for edition, want := range map[emulator.Edition]string{
		emulator.EditionPro: "Enterprise Plus", emulator.EditionJCR: "JCR Edition", emulator.EditionOSS: "OSS",
	} {
		w := start(t, func(o *emulator.Options) { o.Edition = edition })
		if got := w.as("admin", http.MethodGet, "/api/system/license", "").decode(t)["type"]; got != want {
			t.Errorf("5.5 license of edition %d = %v, want %v", edition, got, want)
		}
	}
}

func TestContextPath(t *testing.T) {
	for _, c := range []struct {
		option, path string
		status       int
		html         bool
	}{
		{"", "/artifactory/api/system/ping", 200, false},
		{"", "/api/system/ping", 404, true},
		{"", "/artifactorynot/api/system/ping", 404, true},
		{"", "/", 302, true},
		{"", "/ui/", 404, true},
		{"/repo/", "/repo/api/system/ping", 200, false},
		{"repo", "/artifactory/api/system/ping", 404, true},
		{"/", "/api/system/ping", 200, false},
		{"", "/v2/", 401, false},
		{"/", "/v2/", 401, false},
		{"", "/v2/token", 401, false},
		{"", "/v2/dev/img/manifests/1.0", 401, false},
		{"", "/api/docker/dev/v2/img/manifests/1.0", 401, false},
	} {
		t.Run(c.option+" "+c.path, func(t *testing.T) {
			w := start(t, func(o *emulator.Options) { o.ContextPath = c.option })
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+c.path, nil)
			got := w.send(request)
			html := len(got.header.Get("Content-Type")) > 8 && got.header.Get("Content-Type")[:9] == "text/html"
			if got.status != c.status || html != c.html {
				t.Errorf("9 GET %s = %d %s, want %d", c.path, got.status, got.header.Get("Content-Type"), c.status)
			}
		})
	}
}

func TestNewRefusesBadOptions(t *testing.T) {
	repository := func(r emulator.Repository) emulator.Options {
		return emulator.Options{Repositories: []emulator.Repository{{Key: "hub", Class: emulator.Remote}, {Key: "all", Class: emulator.Virtual}, r}}
	}
	for name, options := range map[string]emulator.Options{
		"no key":                    repository(emulator.Repository{}),
		"key with a slash":          repository(emulator.Repository{Key: "a/b"}),
		"key twice":                 repository(emulator.Repository{Key: "hub"}),
		"key of a cache":            repository(emulator.Repository{Key: "hub-cache"}),
		"unknown package type":      repository(emulator.Repository{Key: "a", PackageType: "maven"}),
		"unknown class":             repository(emulator.Repository{Key: "a", Class: 9}),
		"members of a local":        repository(emulator.Repository{Key: "a", Members: []string{"hub"}}),
		"absent member":             repository(emulator.Repository{Key: "a", Class: emulator.Virtual, Members: []string{"none"}}),
		"virtual member":            repository(emulator.Repository{Key: "a", Class: emulator.Virtual, Members: []string{"all"}}),
		"deployment to a remote":    repository(emulator.Repository{Key: "a", Class: emulator.Virtual, Members: []string{"hub"}, DefaultDeployment: "hub"}),
		"deployment to no member":   repository(emulator.Repository{Key: "a", Class: emulator.Virtual, DefaultDeployment: "hub"}),
		"bad pattern":               repository(emulator.Repository{Key: "a", Excludes: []string{"["}}),
		"user without a name":       {Users: []access.User{{}}},
		"user twice":                {Users: []access.User{{Name: "a"}, {Name: "a"}}},
		"referrers page below zero": {ReferrersPage: -1},
		"catalog status of success": {Quirks: emulator.Quirks{CatalogStatus: 200}},
		"catalog status of nothing": {Quirks: emulator.Quirks{CatalogStatus: 600}},
		"user who is called nobody": {Users: []access.User{{Name: "anonymous"}}},
	} {
		if _, err := emulator.New(options); err == nil {
			t.Errorf("New with %s = nil error, want one", name)
		}
	}
	_, err := emulator.New(emulator.Options{Repositories: []emulator.Repository{{Key: "a/b"}, {Key: "c", PackageType: "x"}}})
	want := "configure emulator: repository \"a/b\": not a key\nrepository \"c\": unknown package type \"x\""
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("every problem at once (-want +got):\n%s", diff)
	}
}
