package registry_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/registry"
)

// page is a page of referrers whose contents are given.
func page(contents ...string) http.HandlerFunc {
	list := []oci.Descriptor{}
	for _, c := range contents {
		list = append(list, describe(v1.MediaTypeImageManifest, c))
	}
	return answer(200, v1.MediaTypeImageIndex, string(encode(map[string]any{"schemaVersion": 2, "manifests": list})))
}

func TestReferrers(t *testing.T) {
	subject := describe("", "subject").Digest
	path := "/v2/dev/team/app/referrers/" + subject.String()
	strangers := 0
	stranger := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers++ }))
	linked := func(to string, contents ...string) http.HandlerFunc {
		return with(page(contents...), "Link", "<"+to+`>; rel="next"`)
	}
	index := func(body string) http.HandlerFunc { return answer(200, v1.MediaTypeImageIndex, body) }
	for _, c := range []struct {
		name      string
		script    []http.HandlerFunc
		want      []string
		supported bool
		fails     error
		sent      int
	}{
		{"none", []http.HandlerFunc{page()}, nil, true, nil, 1},
		{"none, as null", []http.HandlerFunc{index(`{"manifests":null}`)}, nil, true, nil, 1},
		{"one page", []http.HandlerFunc{page("a", "b")}, []string{"a", "b"}, true, nil, 1},
		{"with a charset", []http.HandlerFunc{answer(200, v1.MediaTypeImageIndex+"; charset=utf-8", `{"manifests":[]}`)}, nil, true, nil, 1},
		{"pages", []http.HandlerFunc{linked(path+"?page=2", "a"), linked("?page=3", "b", "a"), page("c")}, []string{"a", "b", "c"}, true, nil, 3},
		{"a page whose link lacks the name", []http.HandlerFunc{linked("/v2/referrers/"+subject.String()+"?page=2", "a"), page("b")}, []string{"a", "b"}, true, nil, 2},
		{"a page by another name of the host", []http.HandlerFunc{linked(stranger+path+"?page=2", "a"), page("b")}, []string{"a", "b"}, true, nil, 2},
		{"a page among others", []http.HandlerFunc{with(page("a"), "Link", `<?page=1>; rel="first", <?page=2,3>; rel="next", <?page=9>; rel="last"`), page("b")}, []string{"a", "b"}, true, nil, 2},
		{"no page but others", []http.HandlerFunc{with(page("a"), "Link", `<?page=1>; rel="first"`, "Link", `<?page=9>; rel=last`)}, []string{"a"}, true, nil, 1},
		{"a page without a query", []http.HandlerFunc{linked(path, "a"), page("b")}, nil, false, oci.ErrIncomplete, 1},
		{"a page at another place", []http.HandlerFunc{linked("/v2/_next?page=2", "a"), page("b")}, []string{"a", "b"}, true, nil, 2},
		{"a page at another host", []http.HandlerFunc{linked(stranger+"/?page=2", "a"), page("b")}, nil, false, oci.ErrIncomplete, 1},
		{"a link that is none", []http.HandlerFunc{with(page("a"), "Link", "next"), page("b")}, nil, false, oci.ErrIncomplete, 1},
		{"the same page again", []http.HandlerFunc{linked("?page=2", "a")}, nil, false, oci.ErrIncomplete, 2},
		{"pages without end", []http.HandlerFunc{linked("?page=2", "a"), linked("?page=3", "a"), page("b")}, nil, false, oci.ErrIncomplete, 2},
		{"the first page again", []http.HandlerFunc{linked("?page=2", "a"), linked("?page=3", "b"), linked("?page=2", "c")}, nil, false, oci.ErrIncomplete, 3},
		{"no second page", []http.HandlerFunc{linked("?page=2", "a"), status(404)}, nil, false, oci.ErrIncomplete, 2},
		{"no API", []http.HandlerFunc{status(404)}, nil, false, nil, 1},
		{"no such image", []http.HandlerFunc{answer(404, "application/json", `{"errors":[{"code":"NAME_UNKNOWN"}]}`)}, nil, false, nil, 1},
		{"no API, on a page", []http.HandlerFunc{answer(404, "text/html", "<html>")}, nil, false, nil, 1},
		{"no API, elsewhere", []http.HandlerFunc{with(status(303), "Location", "/404"), answer(404, "text/html", "<html>")}, nil, false, nil, 2},
		{"a page", []http.HandlerFunc{answer(200, "text/html", "<html>")}, nil, false, nil, 1},
		{"the image itself", []http.HandlerFunc{answer(200, v1.MediaTypeImageManifest, `{"manifests":[]}`)}, nil, false, nil, 1},
		{"no content", []http.HandlerFunc{with(status(204), "Content-Type", v1.MediaTypeImageIndex)}, nil, false, oci.ErrIncomplete, 1},
		{"not JSON", []http.HandlerFunc{index(`x`)}, nil, false, oci.ErrIncomplete, 1},
		{"no list", []http.HandlerFunc{index(`{"schemaVersion":2}`)}, nil, false, oci.ErrIncomplete, 1},
		{"half a list", []http.HandlerFunc{index(`{"manifests":[`)}, nil, false, oci.ErrIncomplete, 1},
		{"an entry without a digest", []http.HandlerFunc{index(`{"manifests":[{"size":1}]}`)}, nil, false, oci.ErrIncomplete, 1},
		{"a digest that is none", []http.HandlerFunc{index(`{"manifests":[{"digest":"sha256:abc"}]}`)}, nil, false, oci.ErrIncomplete, 1},
		{"half an answer", []http.HandlerFunc{with(breakOff, "Content-Type", v1.MediaTypeImageIndex)}, nil, false, oci.ErrUnavailable, 1},
		{"no answer", []http.HandlerFunc{hangUp}, nil, false, oci.ErrUnavailable, 1},
		{"denied", []http.HandlerFunc{status(403)}, nil, false, oci.ErrDenied, 1},
		{"no login", []http.HandlerFunc{status(401)}, nil, false, oci.ErrUnauthorized, 1},
		{"throttled", []http.HandlerFunc{status(429)}, nil, false, oci.ErrThrottled, 1},
		{"an outage", []http.HandlerFunc{status(500)}, nil, false, oci.ErrUnavailable, 1},
		{"an outage on the second page", []http.HandlerFunc{linked("?page=2", "a"), status(502)}, nil, false, oci.ErrUnavailable, 2},
		{"a bad request", []http.HandlerFunc{status(400)}, nil, false, errAny, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := script(t, c.script...)
			client, _ := s.client(t, 1)
			list, supported, err := client.Referrers(t.Context(), app("dev"), subject)
			var want []oci.Descriptor
			for _, text := range c.want {
				want = append(want, describe(v1.MediaTypeImageManifest, text))
			}
			if diff := cmp.Diff(want, list); diff != "" || supported != c.supported {
				t.Errorf("Referrers = %t, want %t (-want +got):\n%s", supported, c.supported, diff)
			}
			if (err == nil) != (c.fails == nil) || c.fails != errAny && !errors.Is(err, c.fails) { //nolint:errorlint // stands for no meaning
				t.Errorf("Referrers = %v, want %v", err, c.fails)
			}
			if errors.Is(err, oci.ErrNotFound) {
				t.Errorf("Referrers = %v, which says that there are none", err)
			}
			if asked := s.seen().asked; c.name == "a page among others" && asked[len(asked)-1] != "GET "+path+"?page=2,3" {
				t.Errorf("Referrers sent %v", asked)
			}
			if n := client.Requests().ByOperation["referrers"]; n != c.sent || len(s.seen().asked) != c.sent || !strings.HasPrefix(s.seen().asked[0], "GET "+path) {
				t.Errorf("Referrers sent %v and counted %d, want %d", s.seen().asked, n, c.sent)
			}
		})
	}
	if strangers > 0 {
		t.Errorf("%d requests went to another host", strangers)
	}
}

// A page that breaks off is read again, the ones before it are not.
func TestReferrersAreReadAgain(t *testing.T) {
	s := script(t, with(page("a"), "Link", `<?page=2>; rel="next"`), with(breakOff, "Content-Type", v1.MediaTypeImageIndex), status(503), page("b"))
	c, slept := s.client(t, 3)
	list, supported, err := c.Referrers(t.Context(), app("dev"), describe("", "subject").Digest)
	if len(list) != 2 || !supported || err != nil || len(*slept) != 2 || len(s.seen().asked) != 4 {
		t.Errorf("Referrers = %v, %t, %v after %d pauses and %v", list, supported, err, len(*slept), s.seen().asked)
	}
}

func TestReferrersKeepWhatEntriesSay(t *testing.T) {
	want := oci.Descriptor{MediaType: "m", Digest: describe("", "a").Digest, Size: 7, ArtifactType: "t", Annotations: map[string]string{"k": "v"}}
	body := fmt.Sprintf(`{"manifests":[{"mediaType":"m","digest":%q,"size":7,"artifactType":"t","annotations":{"k":"v"},"platform":{}}]}`, want.Digest)
	list, _, err := answering(t, answer(200, v1.MediaTypeImageIndex, body)).Referrers(t.Context(), app("dev"), want.Digest)
	if diff := cmp.Diff([]oci.Descriptor{want}, list); diff != "" || err != nil {
		t.Errorf("Referrers = %v (-want +got):\n%s", err, diff)
	}
}

// A page in place of Artifactory's answer, or a way to one that is not there,
// is maintenance or a login: it does not tell that there is no Referrers API,
// nor that there is no manifest.
func TestPagesOfArtifactorySayNothing(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a page": answer(200, "text/html", "<html>"),
		"a way to nothing": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/ui/login" {
				answer(404, "text/html", "<html>")(w, r)
				return
			}
			http.Redirect(w, r, "/ui/login", http.StatusFound)
		},
	} {
		c := client(t, registry.Options{URL: serve(t, h), Artifactory: true})
		if _, supported, err := c.Referrers(t.Context(), app("dev"), oci.FromBytes([]byte("subject"))); supported || err == nil {
			t.Errorf("Referrers with %s = %t, %v, want an error", name, supported, err)
		}
		if _, err := c.Resolve(t.Context(), app("dev").In("1.0")); err == nil || errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Resolve with %s = %v, want an error that is no absence", name, err)
		}
	}
}
