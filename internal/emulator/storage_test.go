package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

func TestFileInfo(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.BaseURL = "https://acme.example/artifactory/" }, "dev:img/sha256:ab/manifest.json")
	got := w.as("reader", http.MethodGet, "/api/storage/dev/img/sha256%3Aab/manifest.json", "")
	const want = `{
  "repo" : "dev",
  "path" : "/img/sha256:ab/manifest.json",
  "created" : "2026-08-17T12:34:56.789+02:00",
  "createdBy" : "ci",
  "lastModified" : "2026-08-17T12:34:56.789+02:00",
  "modifiedBy" : "ci",
  "lastUpdated" : "2026-08-17T12:34:56.789+02:00",
  "downloadUri" : "https://acme.example/artifactory/dev/img/sha256:ab/manifest.json",
  "mimeType" : "application/json",
  "size" : "31",
  "checksums" : {
    "sha1" : "SHA1",
    "md5" : "MD5",
    "sha256" : "SHA256"
  },
  "originalChecksums" : {
    "sha256" : "SHA256"
  },
  "uri" : "https://acme.example/artifactory/api/storage/dev/img/sha256:ab/manifest.json"
}`
	i, _ := w.Tree().Stat("dev", "img/sha256:ab/manifest.json")
	body := strings.NewReplacer(i.SHA1, "SHA1", i.MD5, "MD5", i.SHA256, "SHA256").Replace(got.body)
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("3.1 file info (-want +got):\n%s", diff)
	}
	if got.header.Get("Content-Type") != "application/vnd.org.jfrog.artifactory.storage.FileInfo+json" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("3.1 file info headers = %v", got.header)
	}
}

func TestFileInfoWithoutSHA256(t *testing.T) {
	w := start(t, nil, "dev:f")
	w.Tree().DropSHA256("dev", "f")
	if got := w.as("reader", http.MethodGet, "/api/storage/dev/f", ""); strings.Contains(got.body, "sha256") {
		t.Errorf("3.1 file info of an old file = %s, want no sha256", got.body)
	}
}

func TestURIComesFromTheRequest(t *testing.T) {
	w := start(t, nil, "dev:f")
	if got := w.as("reader", http.MethodGet, "/api/storage/dev/f", "").decode(t)["uri"]; got != w.url+"/artifactory/api/storage/dev/f" {
		t.Errorf("3.1 uri = %v, want the host of the request", got)
	}
}

func TestFolderInfo(t *testing.T) {
	team := func(o *emulator.Options) {
		o.Users = append(o.Users, access.User{Name: "team", Password: "team", Permissions: []access.Permission{
			{Repositories: []string{"dev", "prod"}, Include: []string{"a/**"}, Rights: access.Read},
		}})
	}
	files := []string{"dev:a/1/m", "dev:b/1/m", "dev:top", "dev:.jfrog/x", "prod:a/1/m", "prod:a/2/m", "prod:c/m", "hub-cache:a/3/m"}
	for _, c := range []struct{ name, user, path, repo, at, want string }{
		{"3.2 one level", "admin", "dev/a", "dev", "/a", "/1+"},
		{"3.2 root, internal folder for admins", "admin", "dev", "dev", "/", "/.jfrog+ /a+ /b+ /top"},
		{"3.2 root, internal folder for others", "owner", "dev", "dev", "/", "/a+ /b+ /top"},
		{"3.2 children filtered by permission", "team", "dev", "dev", "/", "/a+"},
		{"3.2 virtual merges", "owner", "docker/a", "docker", "/a", "/1+ /2+ /3+"},
		{"3.4 remote key is its cache", "owner", "hub/a", "hub-cache", "/a", "/3+"},
		{"3.2 cache key", "owner", "hub-cache/a", "hub-cache", "/a", "/3+"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := start(t, team, files...).as(c.user, http.MethodGet, "/api/storage/"+c.path, "").decode(t)
			var children []string
			list, _ := got["children"].([]any)
			for _, one := range list {
				child, _ := one.(map[string]any)
				uri, _ := child["uri"].(string)
				if child["folder"] == true {
					uri += "+"
				}
				children = append(children, uri)
			}
			want := []any{c.repo, c.at, c.want}
			if diff := cmp.Diff(want, []any{got["repo"], got["path"], strings.Join(children, " ")}); diff != "" {
				t.Errorf("GET %s (-want +got):\n%s", c.path, diff)
			}
		})
	}
}

func TestStorageErrors(t *testing.T) {
	hide := func(o *emulator.Options) { o.HideUnauthorized = true }
	anonymous := func(o *emulator.Options) { o.Anonymous = []access.Permission{} }
	for _, c := range []struct {
		name           string
		change         func(*emulator.Options)
		user, path     string
		method, accept string
		status         int
		body           string
	}{
		{"3.5 item missing", nil, "reader", "dev/none", "GET", "*/*", 404, envelope("404", "Unable to find item")},
		{"3.5 item missing in a remote", nil, "admin", "hub/none", "GET", "*/*", 404, envelope("404", "Unable to find item")},
		{"3.5 item missing in a virtual is bare", nil, "admin", "docker/none", "GET", "*/*", 404, ""},
		{"3.5 repository missing", nil, "admin", "none/f", "GET", "*/*", 404, envelope("404", "Unable to find item")},
		{"3.5 not readable", nil, "reader", "prod/f", "GET", "*/*", 403, envelope("403", "Request for 'prod:f' is forbidden for user: 'reader'.")},
		{"3.5 not readable, hidden", hide, "reader", "prod/f", "GET", "*/*", 404, envelope("404", "Resource not found")},
		{"3.5 anonymous off", nil, "", "dev/f", "GET", "*/*", 401, envelope("401", "Authentication is required")},
		{"3.5 anonymous without rights", anonymous, "", "dev/f", "GET", "*/*", 401, envelope("401", "Unauthorized")},
		{"3.5 wrong Accept", nil, "reader", "dev/f", "GET", "text/html", 406, envelope("406", "Not Acceptable")},
		{"3.5 wrong method", nil, "reader", "dev/f", "POST", "*/*", 405, envelope("405", "Method Not Allowed")},
		{"virtual with one readable member", nil, "reader", "docker/f", "GET", "*/*", 200, "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.change, "dev:f", "prod:f")
			got := w.as(c.user, c.method, "/api/storage/"+c.path, "", "Accept: "+c.accept)
			if got.status != c.status || c.body != "*" && got.body != c.body {
				t.Errorf("%s %s = %d %s, want %d %s", c.method, c.path, got.status, got.body, c.status, c.body)
			}
			if challenge := got.header.Get("WWW-Authenticate"); (challenge != "") != (c.status == 401) {
				t.Errorf("WWW-Authenticate of a %d = %q", got.status, challenge)
			}
		})
	}
}
