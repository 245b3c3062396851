package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
)

func TestDownload(t *testing.T) {
	w := start(t, nil, "dev:d/f.json", "prod:x")
	for _, c := range []struct {
		name, user, method, path string
		status                   int
		body                     string
	}{
		{"file", "reader", "GET", "/dev/d/f.json", 200, "dev:d/f.json"},
		{"HEAD", "reader", "HEAD", "/dev/d/f.json", 200, ""},
		{"virtual", "reader", "GET", "/docker/d/f.json", 200, "dev:d/f.json"},
		{"absent", "reader", "GET", "/dev/none", 404, envelope("404", "File not found.")},
		{"repository absent", "admin", "GET", "/none/f", 404, envelope("404", "File not found.")},
		{"6.4 not readable", "reader", "GET", "/prod/x", 403, envelope("403", "Request for 'prod:x' is forbidden for user: 'reader'.")},
		{"other method", "admin", "POST", "/dev/d/f.json", 405, envelope("405", "Method Not Allowed")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.as(c.user, c.method, c.path, ""); got.status != c.status || got.body != c.body {
				t.Errorf("%s %s = %d %s, want %d %s", c.method, c.path, got.status, got.body, c.status, c.body)
			}
		})
	}
	i, _ := w.Tree().Stat("dev", "d/f.json")
	h := w.as("reader", http.MethodHead, "/dev/d/f.json", "").header
	got := []string{h.Get("X-Checksum-Sha256"), h.Get("X-Checksum-Sha1"), h.Get("X-Checksum-Md5"), h.Get("ETag"), h.Get("Content-Type"), h.Get("X-Artifactory-Filename")}
	if diff := cmp.Diff([]string{i.SHA256, i.SHA1, i.MD5, i.SHA1, "application/json", "f.json"}, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if got := w.as("reader", http.MethodGet, "/dev/d", ""); got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("a folder = %d %s, want a page with 200", got.status, got.header.Get("Content-Type"))
	}
}

func TestUpload(t *testing.T) {
	hide := func(o *emulator.Options) { o.HideUnauthorized = true }
	for _, c := range []struct {
		name   string
		change func(*emulator.Options)
		user   string
		path   string
		header string
		status int
		prod   []string
	}{
		{"new file needs deploy", nil, "syncer", "/prod/new", "", 201, []string{"new", "old"}},
		{"no deploy", nil, "reader", "/prod/new", "", 403, []string{"old"}},
		{"6.4 overwriting needs delete", nil, "syncer", "/prod/old", "", 403, []string{"old"}},
		{"6.4 overwriting needs delete, hidden", hide, "syncer", "/prod/old", "", 404, []string{"old"}},
		{"1.7 internal path", nil, "owner", "/prod/.jfrog/img/v1/referrers.json", "", 404, []string{"old"}},
		{"overwriting", nil, "owner", "/prod/old", "", 201, []string{"old"}},
		{"below a file", nil, "owner", "/prod/old/x", "", 400, []string{"old"}},
		{"beside a file with a shorter name", nil, "owner", "/prod/older", "", 201, []string{"old", "older"}},
		{"wrong checksum", nil, "owner", "/prod/new", "X-Checksum-Sha256: ab", 409, []string{"old"}},
		{"by unknown checksum", nil, "owner", "/prod/new", "X-Checksum-Deploy: true", 404, []string{"old"}},
		{"7 patterns bind admins", nil, "admin", "/narrow/x", "", 403, []string{"old"}},
		{"7 excluded", nil, "admin", "/narrow/team/secret/x", "", 403, []string{"old"}},
		{"9 virtual without default deployment", nil, "admin", "/closed/x", "", 405, []string{"old"}},
		{"remote", nil, "admin", "/hub/x", "", 405, []string{"old"}},
		{"repository absent", nil, "admin", "/none/x", "", 405, []string{"old"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.change, "prod:old")
			got := w.as(c.user, http.MethodPut, c.path, "content", c.header)
			if diff := cmp.Diff(c.prod, w.list("prod")); got.status != c.status || diff != "" {
				t.Errorf("PUT %s = %d %s, want %d; prod (-want +got):\n%s", c.path, got.status, got.body, c.status, diff)
			}
		})
	}
}

func TestUploadAnswersWhatIsStored(t *testing.T) {
	w := start(t, nil)
	got := w.as("syncer", http.MethodPut, "/docker/d/f;a=1;b=2", "content")
	i, ok := w.Tree().Stat("dev", "d/f")
	if !ok || got.header.Get("X-Checksum-Sha256") != i.SHA256 || got.header.Get("Location") != w.url+"/artifactory/dev/d/f" {
		t.Fatalf("9 PUT to the virtual repository = %d %v, want the file in its default deployment", got.status, got.header)
	}
	if body := got.decode(t); body["repo"] != "dev" || body["size"] != "7" || body["createdBy"] != "syncer" {
		t.Errorf("PUT = %s", got.body)
	}
	if diff := cmp.Diff(map[string][]string{"a": {"1"}, "b": {"2"}}, i.Properties); diff != "" {
		t.Errorf("matrix parameters (-want +got):\n%s", diff)
	}
	w.as("syncer", http.MethodPut, "/prod/again", "", "X-Checksum-Deploy: true", "X-Checksum-Sha256: "+i.SHA256)
	if content, _ := w.Tree().Content("prod", "again"); string(content) != "content" {
		t.Errorf("by checksum = %q, want the content", content)
	}
}

func TestUploadOfAFolder(t *testing.T) {
	w := start(t, nil, "dev:f")
	if got := w.as("syncer", http.MethodPut, "/dev/a/b/", ""); got.status != 201 {
		t.Errorf("1.3 PUT of a folder = %d %s, want 201", got.status, got.body)
	}
	if i, ok := w.Tree().Stat("dev", "a/b"); !ok || !i.Folder {
		t.Error("1.3 PUT of a folder made none")
	}
	if got := w.as("owner", http.MethodPut, "/dev/f/", ""); got.status != 400 {
		t.Errorf("PUT of a folder over a file = %d, want 400", got.status)
	}
}

func TestDelete(t *testing.T) {
	for _, c := range []struct {
		name, user, path string
		status, left     int
	}{
		{"file", "owner", "/dev/d/a", 204, 1},
		{"folder", "owner", "/dev/d", 204, 0},
		{"7 needs delete", "syncer", "/dev/d/a", 403, 2},
		{"absent", "owner", "/dev/none", 404, 2},
		{"root", "admin", "/dev", 404, 2},
		{"virtual", "admin", "/docker/d/a", 404, 2},
		{"anonymous", "", "/dev/d/a", 401, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil, "dev:d/a", "dev:d/b")
			if got := w.as(c.user, http.MethodDelete, c.path, ""); got.status != c.status || len(w.list("dev")) != c.left {
				t.Errorf("DELETE %s = %d %s with %d files left, want %d and %d", c.path, got.status, got.body, len(w.list("dev")), c.status, c.left)
			}
		})
	}
}
