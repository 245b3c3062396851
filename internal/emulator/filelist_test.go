package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

func TestFileList(t *testing.T) {
	for _, c := range []struct{ name, path, want string }{
		{"3.3 one level", "dev/a?list", "/top 9"},
		{"3.3 depth without deep is ignored", "dev/a?list&depth=3", "/top 9"},
		{"3.3 deep", "dev/a?list&deep=1", "/1/m 9, /1/n/m 11, /top 9"},
		{"3.3 deep with depth", "dev/a?list&deep=1&depth=2", "/1/m 9, /top 9"},
		{"3.3 folders have the size -1", "dev/a?list&deep=1&listFolders=1", "/1 -1+, /1/m 9, /1/n -1+, /1/n/m 11, /top 9"},
		{"3.3 root path", "dev/a/1/n?list&listFolders=1&includeRootPath=1", "/ -1+, /m 11"},
		{"3.3 virtual", "docker/a/1/n?list", "/m 11, /o 12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil, "dev:a/1/m", "dev:a/top", "dev:a/1/n/m", "dev:b/m", "prod:a/1/n/m", "prod:a/1/n/o")
			answer := w.as("owner", http.MethodGet, "/api/storage/"+c.path, "").decode(t)
			var rows []string
			files, _ := answer["files"].([]any)
			for _, one := range files {
				f, _ := one.(map[string]any)
				row := fmt.Sprintf("%v %v", f["uri"], f["size"])
				if f["folder"] == true {
					row += "+"
				} else if f["sha1"] == nil || f["sha2"] == nil || f["sha256"] != nil {
					t.Errorf("row %v: want sha1 and sha2", f)
				}
				rows = append(rows, row)
			}
			if got := strings.Join(rows, ", "); got != c.want {
				t.Errorf("%s = %s, want %s", c.path, got, c.want)
			}
			if answer["created"] != "2026-08-17T12:34:56.789+02:00" {
				t.Errorf("3.3 created = %v, want the time of the answer", answer["created"])
			}
		})
	}
}

func TestFileListTimestamps(t *testing.T) {
	w := start(t, nil, "dev:without")
	w.Tree().Put("dev", "f", []byte("x"), "ci", map[string][]string{"a": {"b"}})
	for query, want := range map[string]int{"?list": 0, "?list&mdTimestamps=1": 1} {
		if got := strings.Count(w.as("reader", http.MethodGet, "/api/storage/dev"+query, "").body, "mdTimestamps"); got != want {
			t.Errorf("3.3 %s shows property timestamps of %d files, want %d", query, got, want)
		}
	}
}

func TestFileListErrors(t *testing.T) {
	anonymous := func(o *emulator.Options) {
		o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}
	}
	for _, c := range []struct {
		name, user, path string
		status           int
		body             string
	}{
		{"3.3 of a file", "admin", "dev/a/m?list", 400, envelope("400", "Expected a folder but found a file, at: dev:a/m")},
		{"3.3 anonymous", "", "dev/a?list", 403, envelope("403", "Forbidden")},
		{"3.3 repository missing", "admin", "none?list", 404, envelope("404", "Unable to find item")},
		{"3.3 folder missing", "admin", "dev/x?list", 404, envelope("404", "Unable to find item")},
		{"3.3 bad integer", "admin", "dev/a?list&deep=x", 400, envelope("400", `For input string: "x"`)},
		{"3.3 not readable", "reader", "prod?list", 403, envelope("403", "Request for 'prod:' is forbidden for user: 'reader'.")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := start(t, anonymous, "dev:a/m").as(c.user, http.MethodGet, "/api/storage/"+c.path, "")
			if got.status != c.status || got.body != c.body {
				t.Errorf("GET %s = %d %s, want %d %s", c.path, got.status, got.body, c.status, c.body)
			}
		})
	}
}
