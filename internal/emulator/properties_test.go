package emulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProperties(t *testing.T) {
	w := start(t, nil, "dev:bare")
	w.Tree().Put("dev", "f", []byte("x"), "ci", map[string][]string{"docker.manifest": {"1.0"}, "b": {"1", "2"}})
	for _, c := range []struct {
		name, path string
		status     int
		want       any
	}{
		{"3.4 all", "dev/f?properties", 200, map[string]any{"docker.manifest": []any{"1.0"}, "b": []any{"1", "2"}}},
		{"3.4 named", "dev/f?properties=b,c", 200, map[string]any{"b": []any{"1", "2"}}},
		{"3.4 none of the named", "dev/f?properties=c", 404, nil},
		{"3.4 none at all", "dev/bare?properties", 404, nil},
		{"3.5 item missing", "dev/none?properties", 404, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.as("reader", http.MethodGet, "/api/storage/"+c.path, "")
			if diff := cmp.Diff(c.want, got.decode(t)["properties"]); got.status != c.status || diff != "" {
				t.Errorf("GET %s = %d, want %d; properties (-want +got):\n%s", c.path, got.status, c.status, diff)
			}
		})
	}
	if got := w.as("reader", http.MethodGet, "/api/storage/dev/bare?properties", ""); got.body != envelope("404", "No properties could be found.") {
		t.Errorf("3.4 no properties = %s", got.body)
	}
}

func TestSetProperties(t *testing.T) {
	for _, c := range []struct {
		name, user, path string
		status           int
		folder, file     map[string][]string
	}{
		{"3.4 recursive unless told otherwise", "owner", "dev/d?properties=a=1,2;b=3", 204, map[string][]string{"a": {"1", "2"}, "b": {"3"}}, map[string][]string{"a": {"1", "2"}, "b": {"3"}}},
		{"3.4 bar and escapes", "owner", "dev/d?properties=a=x%20y%7Cb=3&recursive=0", 204, map[string][]string{"a": {"x y"}, "b": {"3"}}, nil},
		{"what is not key=value is left out", "owner", "dev/d?properties=a=1;b;=2&recursive=0", 204, map[string][]string{"a": {"1"}}, nil},
		{"7 needs annotate", "syncer", "dev/d?properties=a=1", 403, nil, nil},
		{"3.5 item missing", "owner", "dev/none?properties=a=1", 404, nil, nil},
		{"3.3 bad integer", "owner", "dev/d?properties=a=1&recursive=x", 400, nil, nil},
		{"virtual", "owner", "docker/d?properties=a=1", 400, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil, "dev:d/f")
			if got := w.as(c.user, http.MethodPut, "/api/storage/"+c.path, ""); got.status != c.status {
				t.Errorf("PUT %s = %d %s, want %d", c.path, got.status, got.body, c.status)
			}
			folder, _ := w.Tree().Stat("dev", "d")
			file, _ := w.Tree().Stat("dev", "d/f")
			if diff := cmp.Diff([]map[string][]string{c.folder, c.file}, []map[string][]string{folder.Properties, file.Properties}); diff != "" {
				t.Errorf("properties (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLastModified(t *testing.T) {
	w := start(t, nil, "dev:d/a", "dev:d/b", "dev:e/f")
	w.Tree().MakeFolder("dev", "empty")
	young, _ := w.Tree().Stat("dev", "d/b")
	young.Modified = young.Modified.Add(1e9)
	w.Tree().Place("dev", "d/b", young)
	for _, c := range []struct {
		name, path string
		status     int
		uri        any
	}{
		{"3.4 youngest file below", "dev?lastModified", 200, w.url + "/artifactory/api/storage/dev/d/b"},
		{"3.4 a file itself", "dev/d/a?lastModified", 200, w.url + "/artifactory/api/storage/dev/d/a"},
		{"3.4 no younger than its folder", "dev/e?lastModified", 200, w.url + "/artifactory/api/storage/dev/e/f"},
		{"no file below", "dev/empty?lastModified", 404, nil},
		{"3.4 not on virtual repositories", "docker/d?lastModified", 400, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.as("admin", http.MethodGet, "/api/storage/"+c.path, "")
			if uri := got.decode(t)["uri"]; got.status != c.status || uri != c.uri {
				t.Errorf("GET %s = %d %s, want %d and %v", c.path, got.status, got.body, c.status, c.uri)
			}
		})
	}
}
