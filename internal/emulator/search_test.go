package emulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChecksumSearch(t *testing.T) {
	w := start(t, nil, "dev:other", "hub-cache:third")
	w.Tree().Put("dev", "a", []byte("x"), "ci", nil)
	i := w.Tree().Put("prod", "b", []byte("x"), "ci", nil)
	for _, c := range []struct {
		name, user, query string
		want              []any
	}{
		{"5.3 sha256", "admin", "sha256=" + i.SHA256, []any{"dev/a", "prod/b"}},
		{"5.3 sha1", "admin", "sha1=" + i.SHA1, []any{"dev/a", "prod/b"}},
		{"5.3 md5", "admin", "md5=" + i.MD5, []any{"dev/a", "prod/b"}},
		{"5.3 named repositories", "admin", "repos=prod,hub&sha256=" + i.SHA256, []any{"prod/b"}},
		{"5.3 virtual repository", "admin", "repos=docker,dev&sha256=" + i.SHA256, []any{"dev/a", "prod/b"}},
		{"5.3 readable only", "reader", "sha256=" + i.SHA256, []any{"dev/a"}},
		{"5.3 no match is 200", "admin", "sha256=ab", []any{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.as(c.user, http.MethodGet, "/api/search/checksum?"+c.query, "").decode(t)
			want := []any{}
			for _, path := range c.want {
				want = append(want, map[string]any{"uri": w.url + "/artifactory/api/storage/" + fmt.Sprint(path)})
			}
			if diff := cmp.Diff(want, got["results"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	detailed := w.as("reader", http.MethodGet, "/api/search/checksum?md5="+i.MD5, "", "X-Result-Detail: info").decode(t)
	if row, _ := detailed["results"].([]any)[0].(map[string]any); row["size"] != "1" { //nolint:forcetypeassert // a test may panic
		t.Errorf("5.3 detailed result = %v", detailed)
	}
}

func TestSearchErrors(t *testing.T) {
	w := start(t, nil)
	for path, want := range map[string]int{"/api/search/checksum": 400, "/api/search/none": 404} {
		if got := w.as("admin", http.MethodGet, path, ""); got.status != want {
			t.Errorf("GET %s = %d, want %d", path, got.status, want)
		}
	}
	if got := w.as("admin", http.MethodPost, "/api/search/checksum?md5=a", ""); got.status != 405 {
		t.Errorf("POST = %d, want 405", got.status)
	}
}
