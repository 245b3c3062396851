package registry_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/repository"
)

// Wherever an upload is said to go on, its bytes and the credentials go to the
// registry alone, and name the digest that they must have.
func FuzzLocation(f *testing.F) {
	for _, location := range []string{
		"", "/v2/dev/team/app/blobs/uploads/1", "?_state=x", "http://registry.test/v2/dev/team/app/blobs/uploads/1?_state=x#y",
		"http://elsewhere.test/v2/dev/team/app/blobs/uploads/1", "https://registry.test/blobs/uploads/2?digest=sha256:0", "//elsewhere.test/", "\\\\elsewhere",
		"http://registry.test@elsewhere.test/", "http://user:password@registry.test/v2/", "http:elsewhere", "%", "/../..", "http://registry.test:80/x",
		"https://elsewhere.test/x/blobs/uploads/@elsewhere.test/", "http://elsewhere.test/blobs/uploads//elsewhere.test/1", "mailto:x",
	} {
		f.Add(location)
	}
	blob := describe("", "content")
	f.Fuzz(func(t *testing.T, location string) {
		c := through(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Scheme != "http" || !strings.EqualFold(r.URL.Hostname(), "registry.test") || r.URL.Port() != "" && r.URL.Port() != "80" {
				t.Errorf("a %s went to %s after the Location %q", r.Method, r.URL, location)
			}
			answer := said(r, strings.NewReader(""), "Location", location)
			if answer.StatusCode = http.StatusAccepted; r.Method == http.MethodPost {
				return answer, nil
			}
			query, err := url.ParseQuery(r.URL.RawQuery)
			if all := query["digest"]; err == nil && (len(all) == 0 || all[len(all)-1] != blob.Digest.String()) {
				t.Errorf("an upload went to %s after the Location %q, want its digest last", r.URL, location)
			}
			answer.StatusCode = http.StatusCreated
			return answer, nil
		})
		_ = c.Push(context.Background(), app("dev"), blob, content("content"), repository.Image{})
	})
}
