package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

func TestCopyPreconditions(t *testing.T) {
	for _, c := range []struct {
		name, path string
		change     func(*emulator.Options)
		status     string
		message    string
	}{
		{"1.7 no target", "dev/f", nil, "400", "Target repository key is empty"},
		{"1.7 source repository missing", "none/f?to=/prod/f", nil, "400", "Local repository none not found (repository is not local or doesn't exist)"},
		{"1.7 source virtual", "docker/f?to=/prod/f", nil, "400", "Local repository docker not found (repository is not local or doesn't exist)"},
		{"1.7 source remote by its key", "hub/f?to=/prod/f", nil, "400", "Local repository hub not found (repository is not local or doesn't exist)"},
		{"1.7 source with the suffix of a cache only", "dev-cache/f?to=/prod/f", nil, "400", "Local repository dev-cache not found (repository is not local or doesn't exist)"},
		{"1.7 target missing", "dev/f?to=/none/f", nil, "400", "Repository 'none' not found!"},
		{"1.7 target missing in 7.161", "dev/f?to=/none/f", quirk(func(q *emulator.Quirks) { q.LongTargetMissing = true }), "400", "Could not calculate repo path from src=dev:f, target=none:f: repository none not found"},
		{"1.7 target is a cache", "dev/f?to=/hub-cache/f", nil, "400", "Target repository hub-cache is a cache repository. copy to cache repositories is not allowed."},
		{"1.7 target is virtual", "dev/f?to=/docker/f", nil, "400", "Target repository docker is a virtual repository. copy/move to virtual repositories is not allowed."},
		{"1.7 target is remote", "dev/f?to=/hub/f", nil, "400", "Target repository hub is a virtual repository. copy/move to virtual repositories is not allowed."},
		{"1.7 target is internal", "dev/f?to=/prod/.jfrog/f", nil, "404", "Internal metadata request blocked"},
		{"1.1 integers only", "dev/f?to=/prod/f&dry=true", nil, "404", "Not Found"},
		{"1.1 integers only, as 400", "dev/f?to=/prod/f&failFast=yes", quirk(func(q *emulator.Quirks) { q.BadIntegerIs400 = true }), "400", "Bad Request"},
		{"1.1 suppressLayouts is an integer", "dev/f?to=/prod/f&suppressLayouts=x", nil, "404", "Not Found"},
		{"9 keys are case-sensitive", "DEV/f?to=/prod/f", nil, "400", "Local repository DEV not found (repository is not local or doesn't exist)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.change, "dev:f")
			got := w.as("admin", http.MethodPost, "/api/copy/"+c.path, "")
			if diff := cmp.Diff(envelope(c.status, c.message), got.body); diff != "" {
				t.Errorf("POST %s (-want +got):\n%s", c.path, diff)
			}
			if files := len(w.list("prod")); files != 0 {
				t.Errorf("prod holds %d files, want none", files)
			}
		})
	}
}

func TestCopyRequestForms(t *testing.T) {
	const path = "/api/copy/dev/f?to=/prod/f"
	w := start(t, func(o *emulator.Options) {
		o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}
	}, "dev:f")
	if got := w.as("admin", http.MethodGet, path, ""); got.status != 405 {
		t.Errorf("GET = %d, want 405", got.status)
	}
	if got := w.as("admin", http.MethodPost, path, "", "Accept: text/html"); got.status != 406 {
		t.Errorf("1.1 Accept: text/html = %d, want 406", got.status)
	}
	got := w.as("", http.MethodPost, path, "")
	if got.status != 401 || got.body != envelope("401", "Unauthorized") || got.header.Get("WWW-Authenticate") != `Basic realm="Artifactory Realm"` {
		t.Errorf("1.7 anonymous without rights = %d %s", got.status, got.body)
	}
	for accept, want := range map[string]string{
		"*/*":              "application/vnd.org.jfrog.artifactory.storage.CopyOrMoveResult+json",
		"application/json": "application/json",
	} {
		got := w.as("admin", http.MethodPost, path, "", "Accept: "+accept)
		if kind := got.header.Get("Content-Type"); got.status != 200 || kind != want {
			t.Errorf("1.1 answer for Accept: %s = %d %q, want 200 %q", accept, got.status, kind, want)
		}
	}
}

func TestAnonymousMayCopyWithRights(t *testing.T) {
	w := start(t, func(o *emulator.Options) {
		o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.Read | access.Deploy}}
	}, "dev:f")
	if got := w.as("", http.MethodPost, "/api/copy/dev/f?to=/prod/f", ""); got.status != 200 {
		t.Errorf("1.1 anonymous with rights = %d %s, want 200", got.status, got.body)
	}
}

func TestSemicolonStartsMatrixParameters(t *testing.T) {
	w := start(t, nil, "dev:a;b/f", "dev:a/f")
	w.as("admin", http.MethodPost, "/api/copy/dev/a;b/f?to=/prod/cut", "")
	w.as("admin", http.MethodPost, "/api/copy/dev/a%3Bb/f?to=/prod/whole", "")
	cut, _ := w.Tree().Content("prod", "cut")
	whole, _ := w.Tree().Content("prod", "whole")
	if string(cut) != "dev:a/f" || string(whole) != "dev:a;b/f" {
		t.Errorf("3.1 copied %q and %q, want the semicolon to count only when escaped", cut, whole)
	}
}

func TestVetoCancelsCopy(t *testing.T) {
	w := start(t, nil, "dev:d/a", "dev:d/b", "dev:d/c")
	items := 0
	w.SetVeto(func(string, string) (int, string) {
		if items++; items > 2 {
			return 409, "frozen"
		}
		return 0, ""
	})
	got := w.as("admin", http.MethodPost, "/api/copy/dev/d?to=/prod/d", "")
	if got.status != 409 || got.body != envelope("409", "Request has been canceled: frozen") || len(w.list("prod")) != 1 {
		t.Errorf("1.7 vetoed copy = %d %s and prod holds %v, want 409 and one file", got.status, got.body, w.list("prod"))
	}
	w.SetVeto(nil)
	if got := w.as("admin", http.MethodPost, "/api/copy/dev/d?to=/prod/d", ""); got.status != 200 {
		t.Errorf("copy after the veto = %d %s, want 200", got.status, got.body)
	}
}

func TestEditions(t *testing.T) {
	const gate = "This REST API is available only in Artifactory Pro (see: jfrog.com/artifactory/features). If you are already running Artifactory Pro please make sure your server is activated with a valid license key."
	for _, c := range []struct {
		name    string
		edition emulator.Edition
		method  string
		path    string
		gated   bool
	}{
		{"1.2 copy", emulator.EditionJCR, http.MethodPost, "/api/copy/dev/f?to=/prod/f", true},
		{"1.2 copy", emulator.EditionOSS, http.MethodPost, "/api/copy/dev/f?to=/prod/f", true},
		{"3.3 file list", emulator.EditionJCR, http.MethodGet, "/api/storage/dev?list", true},
		{"3.3 file list", emulator.EditionOSS, http.MethodGet, "/api/storage/dev?list", true},
		{"5.3 checksum search", emulator.EditionJCR, http.MethodGet, "/api/search/checksum?sha1=a", true},
		{"2.1 promotion", emulator.EditionOSS, http.MethodPost, "/api/docker/dev/v2/promote", true},
		{"2.1 promotion", emulator.EditionJCR, http.MethodPost, "/api/docker/dev/v2/promote", false},
		{"3.1 file info", emulator.EditionOSS, http.MethodGet, "/api/storage/dev/f", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(o *emulator.Options) { o.Edition = c.edition }, "dev:f")
			got := w.as("admin", c.method, c.path, "{}")
			gated := got.status == 400 && got.body == gate && strings.HasPrefix(got.header.Get("Content-Type"), "text/plain")
			if gated != c.gated {
				t.Errorf("edition %d: %s %s = %d %q, want gated: %v", c.edition, c.method, c.path, got.status, got.body, c.gated)
			}
		})
	}
}
