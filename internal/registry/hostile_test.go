package registry_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// through is a client whose requests go to a function.
func through(t testing.TB, send roundTrip) *registry.Client {
	t.Helper()
	c, err := registry.New(registry.Options{
		URL: "http://registry.test", Transport: send,
		Credentials: registry.Credentials{Token: func() (string, error) { return "", nil }},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// said is an answer of success.
func said(r *http.Request, body io.Reader, headers ...string) *http.Response {
	h := http.Header{}
	for n := 0; n < len(headers); n += 2 {
		h.Set(headers[n], headers[n+1])
	}
	return &http.Response{StatusCode: http.StatusOK, Request: r, Header: h, Body: io.NopCloser(body), ContentLength: -1}
}

// endless repeats a text for ever and counts what was read of it.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.read%len(e.text):])
	e.read += n
	return n, nil
}

// calls are all that read.
func calls() map[string]func(context.Context, *registry.Client) error {
	return map[string]func(context.Context, *registry.Client) error{
		"Ping": func(ctx context.Context, c *registry.Client) error { return c.Ping(ctx) },
		"Manifest": func(ctx context.Context, c *registry.Client) error {
			_, err := c.Manifest(ctx, app("dev").In("1.0"))
			return err
		},
		"Tags": func(ctx context.Context, c *registry.Client) error {
			return c.Tags(ctx, app("dev"), func(string) error { return nil })
		},
		"Catalog": func(ctx context.Context, c *registry.Client) error {
			return c.Catalog(ctx, "dev", func(string) error { return nil })
		},
		"Referrers": func(ctx context.Context, c *registry.Client) error {
			_, _, err := c.Referrers(ctx, app("dev"), oci.Digest{1})
			return err
		},
	}
}

// limitOf is the most that is read of an answer.
func limitOf(call string) int {
	switch call {
	case "Ping":
		return intake.RestBytes
	case "Manifest", "Referrers":
		return intake.ManifestBytes
	default:
		return intake.PageBytes
	}
}

func TestAnswersWithoutEndAreRefused(t *testing.T) {
	for name, call := range calls() {
		body := &endless{text: strings.Repeat(" ", 64<<10)}
		c := through(t, func(r *http.Request) (*http.Response, error) {
			return said(r, body, "Content-Type", v1.MediaTypeImageIndex), nil
		})
		err := call(t.Context(), c)
		tooMuch, ok := errors.AsType[intake.TooMuchError](err)
		if limit := limitOf(name); !ok || tooMuch.Most != int64(limit) || body.read > limit+1 {
			t.Errorf("%s of an answer without end = %v after %d bytes, want too much after %d", name, err, body.read, limit)
		}
		if err != nil && !strings.Contains(err.Error(), "http://registry.test/v2/") {
			t.Errorf("%s = %v, want where that was", name, err)
		}
	}
}

// What a server sends may be a thousand times smaller than what it unfolds to.
func TestGzipBombsAreRefused(t *testing.T) {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	_, _ = io.CopyN(z, &endless{text: strings.Repeat(" ", 64<<10)}, intake.PageBytes+1)
	_ = z.Close()
	bomb := with(answer(http.StatusOK, v1.MediaTypeImageIndex, small.String()), "Content-Encoding", "gzip")
	for name, call := range calls() {
		if err := call(t.Context(), answering(t, bomb)); !errors.As(err, new(intake.TooMuchError)) {
			t.Errorf("%s of a gzip bomb = %v, want too much", name, err)
		}
	}
}

func TestDeeplyNestedJSONIsRefused(t *testing.T) {
	deep := strings.Repeat(`{"manifests":[`, 1_000_000)
	for name, call := range calls() {
		if name == "Ping" || name == "Manifest" {
			continue // nobody looks into these here
		}
		c := answering(t, answer(http.StatusOK, v1.MediaTypeImageIndex, deep))
		if err := call(t.Context(), c); !errors.Is(err, oci.ErrIncomplete) || len(err.Error()) > 1000 {
			t.Errorf("%s of deeply nested JSON = %.1000v, want incomplete", name, err)
		}
	}
}

// Each page is another one, with new names, and speaks of a next.
func TestListsWithoutEndAreRefused(t *testing.T) {
	for _, c := range []struct {
		perPage int
		want    string
	}{
		{1000, "more than 1000000 names"},
		{1, "more than 10000 pages"},
	} {
		pages, shown := 0, 0
		client := through(t, func(r *http.Request) (*http.Response, error) {
			var names strings.Builder
			for n := range c.perPage {
				names.WriteString(`,"` + strconv.Itoa(pages*c.perPage+n) + `"`)
			}
			pages++
			link := fmt.Sprintf(`</v2/dev/team/app/tags/list?page=%d>; rel="next"`, pages)
			return said(r, strings.NewReader(`{"tags":[`+names.String()[1:]+`]}`), "Link", link), nil
		})
		err := client.Tags(t.Context(), app("dev"), func(string) error {
			shown++
			return nil
		})
		if !errors.As(err, new(intake.TooMuchError)) || !strings.Contains(err.Error(), c.want) || shown > intake.Names {
			t.Errorf("Tags with %d a page = %v after %d names on %d pages, want %q", c.perPage, err, shown, pages, c.want)
		}
	}
}

func TestReferrersWithoutEndAreRefused(t *testing.T) {
	for _, c := range []struct {
		entries int
		refused bool
	}{{intake.Referrers, false}, {intake.Referrers + 1, true}} {
		pages := 0
		client := through(t, func(r *http.Request) (*http.Response, error) {
			var list []oci.Descriptor
			for n := pages * 1000; n < min(pages*1000+1000, c.entries); n++ {
				list = append(list, oci.Descriptor{Digest: oci.FromBytes(fmt.Append(nil, n))})
			}
			headers := []string{"Content-Type", v1.MediaTypeImageIndex}
			if pages++; pages*1000 < c.entries {
				headers = append(headers, "Link", fmt.Sprintf(`<?page=%d>; rel="next"`, pages))
			}
			return said(r, strings.NewReader(string(encode(map[string]any{"manifests": list}))), headers...), nil
		})
		list, _, err := client.Referrers(t.Context(), app("dev"), oci.Digest{1})
		if errors.As(err, new(intake.TooMuchError)) != c.refused || !c.refused && len(list) != c.entries {
			t.Errorf("Referrers of %d = %d, %v, want refused %t", c.entries, len(list), err, c.refused)
		}
	}
}

// The names of a list go into URLs.
func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	for _, name := range []string{
		"", ".", "..", "../../v2/x", "a/../b", "a//b", "/a", "a/", "a b", "a\nb", "\x1b[31m", "ä", "a?b", "a#b", "a%2e", `a\b`, "a@b",
		"sha256:" + strings.Repeat("ab", 32), strings.Repeat("a", intake.NameBytes+1),
	} {
		for key, call := range map[string]string{"tags": "Tags", "repositories": "Catalog"} {
			c := answering(t, answer(http.StatusOK, "application/json", string(encode(map[string]any{key: []string{"good", name}}))))
			err := calls()[call](t.Context(), c)
			if !errors.Is(err, oci.ErrIncomplete) || !strings.Contains(err.Error(), "which nothing is called") || len(err.Error()) > 500 {
				t.Errorf("%s with %.80q = %v, want a refusal that names it", call, name, err)
			}
		}
	}
	for key, names := range map[string][]string{
		"tags":         {"1.0", "_x", "1.0+build", "sha256-" + strings.Repeat("ab", 32) + ".sig", strings.Repeat("t", intake.TagBytes)},
		"repositories": {"dev/a", "dev/team/App_1.x--y", "dev/" + strings.Repeat("n", intake.NameBytes-4)},
	} {
		c := answering(t, answer(http.StatusOK, "application/json", string(encode(map[string]any{key: names}))))
		var got []string
		err := c.Tags(t.Context(), app("dev"), gather(&got))
		if key == "repositories" {
			err = c.Catalog(t.Context(), "", gather(&got))
		}
		if diff := cmp.Diff(names, got); diff != "" || err != nil {
			t.Errorf("%s = %v (-want +got):\n%s", key, err, diff)
		}
	}
	for _, tag := range []string{"a/b", strings.Repeat("t", intake.TagBytes+1)} {
		c := answering(t, answer(http.StatusOK, "application/json", string(encode(map[string]any{"tags": []string{tag}}))))
		if err := calls()["Tags"](t.Context(), c); !errors.Is(err, oci.ErrIncomplete) {
			t.Errorf("Tags with %.20q = %v, want incomplete", tag, err)
		}
	}
}

// A Link that is remembered for each page must not be of any length. The list
// goes on after its last name, as it does without a Link.
func TestALinkThatIsTooLongIsNotFollowed(t *testing.T) {
	s := script(t,
		with(answer(http.StatusOK, "application/json", `{"tags":["a"]}`), "Link", "<?last=a&x="+strings.Repeat("x", intake.LinkBytes)+`>; rel="next"`),
		answer(http.StatusOK, "application/json", `{"tags":["b"]}`))
	c, _ := s.client(t, 1)
	var got []string
	if err := c.Tags(t.Context(), app("dev"), gather(&got)); err != nil || len(got) != 2 {
		t.Errorf("Tags = %v, %v, want both pages", got, err)
	}
	if asked := s.seen().asked; len(asked) != 2 || !strings.HasSuffix(asked[1], "?last=a&n=1000") {
		t.Errorf("asked for %v, want what comes after the last name", asked)
	}
}

// A descriptor may have any size.
func TestDescriptorsWithAbsurdSizes(t *testing.T) {
	d := describe("", "content")
	for _, size := range []int64{-1, -1 << 63, 0, 6, 8, 1 << 62} {
		wrong := d
		wrong.Size = size
		c := answering(t, answer(http.StatusOK, "application/octet-stream", "content"))
		if text, err := readBlob(t.Context(), c, app("dev"), wrong); err == nil || strings.Contains(text, "content") {
			t.Errorf("Blob with the size %d = %q, %v, want an error and not all of it", size, text, err)
		}
		s := script(t, with(status(http.StatusAccepted), "Location", "/v2/dev/team/app/blobs/uploads/1"), status(http.StatusCreated))
		pusher, _ := s.client(t, 1)
		if err := pusher.Push(t.Context(), app("dev"), wrong, content("content"), repository.Image{}); err == nil {
			t.Errorf("Push with the size %d = nil, want an error", size)
		}
		if asked := s.seen().asked; size <= 0 && len(asked) > 0 {
			t.Errorf("Push with the size %d asked for %v, want nothing", size, asked)
		}
	}
}

// Whatever a page of tags says: either an error, or what encoding/json reads,
// each once, and each of it leads to a manifest of that image.
func FuzzTags(f *testing.F) {
	for _, body := range []string{
		`{"name":"team/app","tags":["1.0","latest","1.0"]}`, `{"tags":null}`, `{"tags":[]}`, `{"Tags":["a"]}`, `{"tags":["a"],"tags":["b"]}`, "", "<html>",
		`{"tags":["../../../secrets","a%2fb","|","sha256:0","\u001b[0m","."]}`, `{"errors":[{"code":"NAME_UNKNOWN"}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		asked := ""
		c := through(t, func(r *http.Request) (*http.Response, error) {
			asked = r.URL.RequestURI()
			return said(r, strings.NewReader(string(body))), nil
		})
		seen := map[string]bool{}
		if err := c.Tags(context.Background(), app("dev"), func(tag string) error {
			if seen[tag] {
				t.Errorf("%q was shown twice", tag)
			}
			seen[tag] = true
			return nil
		}); err != nil {
			return
		}
		for tag := range seen {
			_, _ = c.Manifest(context.Background(), app("dev").In(tag))
			path, err := url.PathUnescape(asked)
			if want := "/v2/dev/team/app/manifests/" + tag; path != want || err != nil || strings.Count(asked, "/") != 6 {
				t.Errorf("the tag %q leads to %s, want %s, escaped", tag, asked, want)
			}
		}
	})
}

// Whatever a page of referrers says: either an error, or no API, or digests,
// each once and none zero.
func FuzzReferrers(f *testing.F) {
	entry := string(encode(describe(v1.MediaTypeImageManifest, "content")))
	for _, body := range []string{
		`{"manifests":[]}`, `{"manifests":null}`, `{"manifests":[` + entry + `,` + entry + `]}`, `{"manifests":[{}]}`, `{"manifests":[null]}`, "", "<html>", "[]",
		`{"schemaVersion":2,"manifests":[{"digest":"sha512:00","size":-1}]}`, strings.Repeat(`{"manifests":`, 100),
	} {
		f.Add([]byte(body), v1.MediaTypeImageIndex)
		f.Add([]byte(body), "application/json; charset=utf-8")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		c := through(t, func(r *http.Request) (*http.Response, error) {
			return said(r, strings.NewReader(string(body)), "Content-Type", contentType), nil
		})
		list, supported, err := c.Referrers(context.Background(), app("dev"), oci.Digest{1})
		if (err != nil || !supported) && list != nil {
			t.Errorf("Referrers(%q) = %v, %t, %v, want no list", body, list, supported, err)
		}
		if errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Referrers(%q) = %v, and only a 404 says so", body, err)
		}
		seen := map[oci.Digest]bool{{}: true}
		for _, d := range list {
			if seen[d.Digest] {
				t.Errorf("Referrers(%q) = %v, want each once and none without a digest", body, list)
			}
			seen[d.Digest] = true
		}
	})
}
