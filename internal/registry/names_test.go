package registry_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/registry"
)

// paged is a registry with that many tags. link writes the Link to what comes
// after a tag, "" for none.
func paged(total int, link func(last string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.URL.Query().Get("n"))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		tags := []string{}
		for i := range total {
			if tag := fmt.Sprintf("%06d", i); tag > r.URL.Query().Get("last") && len(tags) <= n {
				tags = append(tags, tag)
			}
		}
		if len(tags) > n {
			tags = tags[:n]
			if text := link(tags[n-1]); text != "" {
				w.Header().Set("Link", text)
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"tags": tags})
	}
}

func TestTagsAreFollowedToTheEnd(t *testing.T) {
	strangers := 0
	stranger := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers++ }))
	query := func(last string) string { return "?last=" + last + "&n=1000" }
	for name, link := range map[string]func(string) string{
		"as the specification has it": func(l string) string { return "</v2/dev/team/app/tags/list" + query(l) + `>; rel="next"` },
		"without a relation":          func(l string) string { return "</v2/dev/team/app/tags/list" + query(l) + ">" },
		"a relation without quotes":   func(l string) string { return "</v2/dev/team/app/tags/list" + query(l) + ">; title=x; REL=Next" },
		"among others": func(l string) string {
			return `<?first>; rel="first", <` + query(l) + `&x=,>; rel="next", <?last>; rel=last`
		},
		"relative":               func(l string) string { return "<list" + query(l) + `>; rel="next"` },
		"without the repository": func(l string) string { return "</v2/team/app/tags/list" + query(l) + `>; rel="next"` },
		"without the image":      func(l string) string { return "</v2/tags/list" + query(l) + `>; rel="next"` },
		"with another host's name": func(l string) string {
			return "<" + stranger + "/v2/dev/team/app/tags/list" + query(l) + `>; rel="next"`
		},
		"to another host":                      func(l string) string { return "<" + stranger + "/" + query(l) + `>; rel="next"` },
		"without a query":                      func(string) string { return `</v2/dev/team/app/tags/list>; rel="next"` },
		"not in brackets":                      func(l string) string { return query(l) },
		"not closed":                           func(l string) string { return "<" + query(l) },
		"no URL":                               func(string) string { return "<http://%>" },
		"none, though there is more":           func(string) string { return "" },
		"none to the next page, but to others": func(string) string { return `<?first>; rel="first"` },
	} {
		t.Run(name, func(t *testing.T) {
			for _, total := range []int{0, 1, 999, 1000, 1001, 2000, 2500} {
				c := answering(t, paged(total, link))
				var got []string
				if err := c.Tags(t.Context(), app("dev"), gather(&got)); err != nil {
					t.Fatalf("Tags of %d = %v", total, err)
				}
				if len(got) != total || !slices.IsSorted(got) {
					t.Errorf("Tags of %d showed %d", total, len(got))
				}
				if n, most := c.Requests().ByOperation["tags"], total/1000+1; n != most && n != max(most-1, 1) {
					t.Errorf("Tags of %d took %d requests, want %d", total, n, most)
				}
			}
		})
	}
	if strangers > 0 {
		t.Errorf("%d requests went to another host", strangers)
	}
}

func TestTagsThatDoNotEnd(t *testing.T) {
	list := func(tags ...string) http.HandlerFunc {
		return answer(200, "application/json", string(encode(map[string]any{"tags": tags})))
	}
	next := `<?last=x>; rel="next"`
	full := make([]string, 1000)
	for n := range full {
		full[n] = fmt.Sprint("tag", n)
	}
	for _, c := range []struct {
		name   string
		script []http.HandlerFunc
		want   []string
		fails  error
	}{
		{"the same page again", []http.HandlerFunc{with(list("a", "b"), "Link", next)}, []string{"a", "b"}, oci.ErrIncomplete},
		{"the same page at the end", []http.HandlerFunc{with(list("a"), "Link", next), list("a")}, []string{"a"}, oci.ErrIncomplete},
		{"the first page again", []http.HandlerFunc{
			with(list("a"), "Link", next), with(list("b"), "Link", `<?last=y>`), with(list("c"), "Link", next),
		}, []string{"a", "b", "c"}, oci.ErrIncomplete},
		{"no tag, and more", []http.HandlerFunc{with(list(), "Link", next)}, nil, oci.ErrIncomplete},
		{"an empty page at the end", []http.HandlerFunc{with(list("a"), "Link", next), list()}, []string{"a"}, nil},
		{"pages that overlap", []http.HandlerFunc{with(list("a", "b"), "Link", next), list("b", "c")}, []string{"a", "b", "c"}, nil},
		{"a server that does not page", []http.HandlerFunc{list(full...)}, full, nil},
		{"no tags", []http.HandlerFunc{answer(200, "application/json", `{"name":"app","tags":null}`)}, nil, nil},
		{"no list", []http.HandlerFunc{answer(200, "application/json", `{"name":"app"}`)}, nil, oci.ErrIncomplete},
		{"not JSON", []http.HandlerFunc{answer(200, "application/json", `x`)}, nil, oci.ErrIncomplete},
		{"a list of something else", []http.HandlerFunc{answer(200, "application/json", `{"tags":[1]}`)}, nil, oci.ErrIncomplete},
		{"half a list", []http.HandlerFunc{answer(200, "application/json", `{"tags":["a"`)}, nil, oci.ErrIncomplete},
		{"half an answer", []http.HandlerFunc{breakOff}, nil, oci.ErrUnavailable},
		{"no image", []http.HandlerFunc{answer(404, "application/json", `{"errors":[{"code":"NAME_UNKNOWN","message":"unknown"}]}`)}, nil, oci.ErrNotFound},
		{"no image on a page", []http.HandlerFunc{answer(404, "text/html", `<html>`)}, nil, oci.ErrUnavailable},
		{"throttled in the middle", []http.HandlerFunc{with(list("a"), "Link", next), status(429)}, []string{"a"}, oci.ErrThrottled},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := script(t, c.script...).client(t, 1)
			var got []string
			err := client.Tags(t.Context(), app("dev"), gather(&got))
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, c.fails) || (err == nil) != (c.fails == nil) {
				t.Errorf("Tags = %v, want %v (-want +got):\n%s", err, c.fails, diff)
			}
		})
	}
}

// A page that fails is asked for again, and nothing is shown twice.
func TestTagsAreReadAgain(t *testing.T) {
	tags := paged(1500, func(last string) string { return "<?n=1000&last=" + last + ">" })
	s := script(t, status(503), breakOff, tags, status(502), tags)
	c, slept := s.client(t, 3)
	var got []string
	if err := c.Tags(t.Context(), app("dev"), gather(&got)); err != nil || len(got) != 1500 || len(*slept) != 3 {
		t.Errorf("Tags = %d, %v after %d pauses, want 1500 after 3", len(got), err, len(*slept))
	}
}

func TestCatalog(t *testing.T) {
	catalog := answer(200, "application/json", `{"repositories":["team","team/app","team/deep/app","teamwork/app","other/app"]}`)
	for _, c := range []struct {
		name, prefix string
		artifactory  bool
		h            http.HandlerFunc
		path         string
		want         []string
		fails        error
	}{
		{"a prefix", "team", false, catalog, "/v2/_catalog", []string{"app", "deep/app"}, nil},
		{"a deep prefix", "team/deep/", false, catalog, "/v2/_catalog", []string{"app"}, nil},
		{"no prefix", "", false, catalog, "/v2/_catalog", []string{"team", "team/app", "team/deep/app", "teamwork/app", "other/app"}, nil},
		{"a repository", "team", true, catalog, "/api/docker/team/v2/_catalog", []string{"team", "team/app", "team/deep/app", "teamwork/app", "other/app"}, nil},
		{"denied", "team", false, status(403), "/v2/_catalog", nil, oci.ErrDenied},
		{"no login", "team", false, status(401), "/v2/_catalog", nil, oci.ErrUnauthorized},
		{"absent", "team", false, status(404), "/v2/_catalog", nil, oci.ErrNotFound},
		{"unsupported", "team", false, answer(404, "application/json", `{"errors":[{"code":"UNSUPPORTED"}]}`), "/v2/_catalog", nil, oci.ErrUnsupported},
		{"unsupported by status", "team", false, status(405), "/v2/_catalog", nil, oci.ErrUnsupported},
		{"something else", "team", false, answer(200, "application/json", `{}`), "/v2/_catalog", nil, oci.ErrIncomplete},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := script(t, c.h)
			client := client(t, registry.Options{URL: s.url, Artifactory: c.artifactory})
			var got []string
			err := client.Catalog(t.Context(), c.prefix, gather(&got))
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, c.fails) || (err == nil) != (c.fails == nil) {
				t.Errorf("Catalog = %v, want %v (-want +got):\n%s", err, c.fails, diff)
			}
			if diff := cmp.Diff([]string{"GET " + c.path + "?n=1000"}, s.seen().asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if n := client.Requests().ByOperation["catalog"]; n != 1 {
				t.Errorf("%d requests were counted, want 1", n)
			}
		})
	}
}

// Whatever a Link says, a list ends, shows nothing twice and stays at its host.
func FuzzLink(f *testing.F) {
	for _, link := range []string{
		"", `<?last=b&n=2>; rel="next"`, `</v2/tags/list?last=b>`, "<//elsewhere/v2/dev/team/app/tags/list?last=b>; rel=next",
		"<http://elsewhere/?last=b>", `<a>;rel=prev,<?b>`, "<?,>,", "<http://registry.test@elsewhere/tags/list?b>", "<\\elsewhere?b>",
	} {
		f.Add(link, "b")
	}
	f.Fuzz(func(t *testing.T, link, tag string) {
		sent := 0
		c, err := registry.New(registry.Options{
			URL: "http://registry.test", Credentials: registry.Credentials{Token: func() (string, error) { return "", nil }},
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Host != "registry.test" || r.URL.Scheme != "http" || r.URL.User != nil {
					t.Errorf("a request went to %s after the Link %q", r.URL, link)
				}
				if sent++; sent > 3 {
					t.Fatalf("more than 3 requests for pages that are the same, after the Link %q", link)
				}
				return &http.Response{
					StatusCode: http.StatusOK, Request: r, Header: http.Header{"Link": {link}},
					Body: io.NopCloser(strings.NewReader(string(encode(map[string]any{"tags": []string{"a", tag}})))),
				}, nil
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		_ = c.Tags(context.Background(), app("dev"), func(tag string) error {
			if seen[tag] {
				t.Errorf("%q was shown twice", tag)
			}
			seen[tag] = true
			return nil
		})
	})
}

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
