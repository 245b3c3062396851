package emulator_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator"
)

const (
	emptyBlob = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
	subject   = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	listing   = "/api/docker/dev/v2/img/referrers/" + subject
	indexFile = ".jfrog/img/v1/referrers.json"
)

// referrer is the manifest of an artifact without layers about the subject.
func referrer(note string) string {
	return strings.TrimSuffix(imageManifest, "}") + `,"annotations":{"note":"` + note + `"},` +
		`"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"` + subject + `","size":1}}`
}

func digestOf(content string) string { return digest.FromString(content).String() }

// referring turns the Referrers API of some repositories on.
func referring(keys ...string) func(*emulator.Options) {
	return func(o *emulator.Options) {
		for n, r := range o.Repositories {
			for _, key := range keys {
				o.Repositories[n].Referrers = o.Repositories[n].Referrers || r.Key == key
			}
		}
	}
}

// pushReferrer pushes a referrer by digest, the way a client does.
func (w *world) pushReferrer(repo, manifest string) answer {
	w.t.Helper()
	base := "/api/docker/" + repo + "/v2/img/"
	w.as("owner", http.MethodPost, base+"blobs/uploads/?digest="+emptyBlob, "{}")
	got := w.as("owner", http.MethodPut, base+"manifests/"+digestOf(manifest), manifest)
	if got.status != 201 {
		w.t.Fatalf("PUT of the referrer = %d %s, want 201", got.status, got.body)
	}
	return got
}

// listed tells whether a repository lists the referrer.
func (w *world) listed(repo, manifest string) bool {
	w.t.Helper()
	got := w.as("owner", http.MethodGet, strings.Replace(listing, "dev", repo, 1), "")
	if got.status != 200 {
		w.t.Fatalf("GET of the referrers = %d %s, want 200", got.status, got.body)
	}
	return strings.Contains(got.body, digestOf(manifest))
}

// TestReferrersCredentials holds signature-formats B3: referrers ask for Basic
// and take Bearer too, like the rest of the registry API, whatever its URL.
func TestReferrersCredentials(t *testing.T) {
	one := referrer("one")
	w := start(t, referring("dev"))
	w.pushReferrer("dev", one)
	for _, path := range []string{"/artifactory" + listing, "/artifactory" + strings.Replace(listing, "docker", "oci", 1), "/v2/dev/img/referrers/" + subject} {
		asked := w.host(http.MethodGet, path)
		if asked.status != 401 || asked.header.Get("Www-Authenticate") != `Basic realm="Artifactory Realm"` {
			t.Errorf("GET %s = %d %q, want 401 and Basic", path, asked.status, asked.header.Get("Www-Authenticate"))
		}
		token, _ := w.host(http.MethodGet, "/v2/token", basic("reader", "reader")).decode(t)["token"].(string)
		for _, header := range []string{basic("reader", "reader"), "Authorization: Bearer " + token, "X-JFrog-Art-Api: AKCp8admin"} {
			if got := w.host(http.MethodGet, path, header); got.status != 200 || !strings.Contains(got.body, digestOf(one)) {
				t.Errorf("GET %s with %q = %d %s, want the referrer", path, header, got.status, got.body)
			}
		}
	}
}

// TestReferrersSwitch holds artifactory 2.8: off unless switched on, by repository.
func TestReferrersSwitch(t *testing.T) {
	one := referrer("one")
	for _, c := range []struct {
		on      []string
		repo    string
		status  int
		subject string
		entered bool
	}{
		{nil, "dev", 404, "", false},
		{[]string{"prod"}, "dev", 404, "", false},
		{[]string{"dev"}, "dev", 200, subject, true},
		{[]string{"dev"}, "docker", 404, "", true},
		{[]string{"docker"}, "docker", 200, "", false},
		{[]string{"docker", "dev"}, "docker", 200, subject, true},
		{[]string{"hub"}, "hub-cache", 200, "", false},
	} {
		w := start(t, referring(c.on...))
		claimed := ""
		if c.repo != "hub-cache" {
			claimed = w.pushReferrer(c.repo, one).header.Get("Oci-Subject")
		}
		got := w.as("owner", http.MethodGet, strings.Replace(listing, "dev", c.repo, 1), "")
		_, entered := w.Tree().Content("dev", indexFile)
		if got.status != c.status || entered != c.entered || claimed != c.subject {
			t.Errorf("GET of %s with %v on = %d %s, entered %v, OCI-Subject %q, want %d, %v, %q",
				c.repo, c.on, got.status, got.body, entered, claimed, c.status, c.entered, c.subject)
		}
	}
}

// TestReferrersAreEnteredByPushesOnly holds signature-formats B4: neither Copy
// Item nor promotion nor an upload enters a referrer, and the source goes on
// listing what a move took away.
func TestReferrersAreEnteredByPushesOnly(t *testing.T) {
	one := referrer("one")
	folder := "img/" + digestOf(one)
	for name, carry := range map[string]func(*world) answer{
		"copy of the folder":     func(w *world) answer { return w.as("owner", "POST", "/api/copy/dev/"+folder+"?to=/prod/"+folder, "") },
		"copy of the image":      func(w *world) answer { return w.as("owner", "POST", "/api/copy/dev/img?to=/prod/img", "") },
		"copy of the repository": func(w *world) answer { return w.as("admin", "POST", "/api/copy/dev?to=/prod", "") },
		"promotion of the image": func(w *world) answer {
			return w.as("owner", "POST", "/api/docker/dev/v2/promote", `{"targetRepo":"prod","dockerRepository":"img","copy":true}`, "Content-Type: application/json")
		},
		"promotion that moves": func(w *world) answer {
			return w.as("owner", "POST", "/api/docker/dev/v2/promote", `{"targetRepo":"prod","dockerRepository":"img"}`, "Content-Type: application/json")
		},
		"upload": func(w *world) answer { return w.as("owner", "PUT", "/prod/"+folder+"/manifest.json", one) },
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, referring("dev", "prod"))
			w.pushReferrer("dev", one)
			if got := carry(w); got.status/100 != 2 {
				t.Fatalf("%s = %d %s", name, got.status, got.body)
			}
			if there := w.as("owner", http.MethodGet, "/prod/"+folder+"/manifest.json", ""); there.body != one {
				t.Fatalf("%s: manifest at the target = %d %s", name, there.status, there.body)
			}
			if w.listed("prod", one) || !w.listed("dev", one) {
				t.Errorf("%s: listed at the target %v and the source %v, want only there", name, w.listed("prod", one), w.listed("dev", one))
			}
			if got := w.pushReferrer("prod", one).header.Get("Oci-Subject"); got != subject || !w.listed("prod", one) {
				t.Errorf("%s: OCI-Subject of a push = %q, listed %v", name, got, w.listed("prod", one))
			}
		})
	}
}

// TestReferrersIndexIsForAdmins holds artifactory 2.7 and signature-formats B1:
// a referrer's blobs are found like any other, the index by admins only.
func TestReferrersIndexIsForAdmins(t *testing.T) {
	one := referrer("one")
	w := start(t, referring("dev"))
	w.pushReferrer("dev", one)
	folder := "img/" + digestOf(one)
	files := []string{folder + "/manifest.json", folder + "/sha256__" + emptyBlob[7:]}
	for user, want := range map[string][]string{"reader": files, "admin": append([]string{indexFile}, files...)} {
		got := w.as(user, http.MethodPost, "/api/search/aql", `items.find({"repo":"dev"}).include("repo","path","name")`)
		found := map[string]bool{}
		rows, _ := got.decode(t)["results"].([]any)
		for _, row := range rows {
			fields, _ := row.(map[string]any)
			path, _ := fields["path"].(string)
			name, _ := fields["name"].(string)
			found[path+"/"+name] = true
		}
		expected := map[string]bool{}
		for _, path := range want {
			expected[path] = true
		}
		if diff := cmp.Diff(expected, found); diff != "" {
			t.Errorf("AQL as %s (-want +got):\n%s", user, diff)
		}
	}
	for user, want := range map[string]int{"admin": 200, "owner": 403} {
		if got := w.as(user, http.MethodGet, "/dev/"+indexFile, ""); got.status != want {
			t.Errorf("GET of the index as %s = %d %s, want %d", user, got.status, got.body, want)
		}
	}
}

// TestRegistryQuirks: every quirk of the registry reaches it.
func TestRegistryQuirks(t *testing.T) {
	one := referrer("one")
	pushed := func(w *world) string { return w.pushReferrer("dev", one).header.Get("Oci-Subject") }
	for name, c := range map[string]struct {
		change func(*emulator.Options)
		look   func(*world) string
		want   string
	}{
		"silent subject":            {func(o *emulator.Options) { referring("dev")(o); o.Quirks.SilentSubject = true }, pushed, ""},
		"subject without referrers": {quirk(func(q *emulator.Quirks) { q.SubjectWithoutReferrers = true }), pushed, subject},
		"lying": {func(o *emulator.Options) { referring("dev")(o); o.Quirks.LyingReferrers = true }, func(w *world) string {
			w.pushReferrer("dev", one)
			_, size, _ := strings.Cut(w.as("owner", http.MethodGet, listing, "").body, `"size":`)
			return size[:3]
		}, strconv.Itoa(len(one) + 1)},
		"bearer referrers": {quirk(func(q *emulator.Quirks) { q.BearerReferrers = true }), func(w *world) string {
			return w.as("", http.MethodGet, listing, "").header.Get("Www-Authenticate")[:6]
		}, "Bearer"},
		"catalog status": {quirk(func(q *emulator.Quirks) { q.CatalogStatus = 403 }), func(w *world) string {
			return strconv.Itoa(w.as("admin", http.MethodGet, "/api/docker/dev/v2/_catalog", "").status)
		}, "403"},
		"referrers page": {func(o *emulator.Options) { referring("dev")(o); o.ReferrersPage = 1 }, func(w *world) string {
			w.pushReferrer("dev", one)
			w.pushReferrer("dev", referrer("two"))
			return w.as("owner", http.MethodGet, listing, "").header.Get("Link")
		}, "</v2/img/referrers/" + subject + "?last=" + url.QueryEscape(digestOf(referrer("two"))) + `&n=1>; rel="next"`},
	} {
		if got := c.look(start(t, c.change)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
