package registry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// counting opens text and counts how often.
func counting(n *int, text string) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) {
		*n++
		return io.NopCloser(strings.NewReader(text)), nil
	}
}

const (
	blobText = "a blob"
)

func pushed() oci.Descriptor { return describe("", blobText) }

// escaped is the digest as it is in a query.
func escaped(d oci.Descriptor) string { return strings.Replace(d.Digest.String(), ":", "%3A", 1) }

func app(repo string) repository.Image { return repository.Image{Repository: repo, Path: "team/app"} }

func TestPush(t *testing.T) {
	d := pushed()
	mount := "POST /v2/prod/team/app/blobs/uploads/?from=dev%2Fteam%2Fapp&mount=" + escaped(d)
	plain, put := "POST /v2/prod/team/app/blobs/uploads/", func(session string) string { return "PUT " + session + "digest=" + escaped(d) }
	begun := func(location string) http.HandlerFunc { return with(status(202), "Location", location) }
	created := with(status(201), "Docker-Content-Digest", d.Digest.String())
	for _, c := range []struct {
		name   string
		from   repository.Image
		script []http.HandlerFunc
		asked  []string
		opened int
		fails  string // "" for success
	}{
		{"mounted", app("dev"), []http.HandlerFunc{created}, []string{mount}, 0, ""},
		{"mounted without a word", app("dev"), []http.HandlerFunc{status(201)}, []string{mount}, 0, ""},
		{"mounted wrongly", app("dev"), []http.HandlerFunc{with(status(201), "Docker-Content-Digest", describe("", "x").Digest.String())}, []string{mount}, 0, "stored the digest"},
		{"a mount that begins an upload", app("dev"), []http.HandlerFunc{begun("/session?state=a%2Bb&c"), created}, []string{mount, put("/session?state=a%2Bb&c&")}, 1, ""},
		{"a mount that is refused", app("dev"), []http.HandlerFunc{status(405), begun("/session"), created}, []string{mount, plain, put("/session?")}, 1, ""},
		{"a mount that is denied, and so is the push", app("dev"), []http.HandlerFunc{status(403)}, []string{mount, plain}, 0, "denied"},
		{"a mount without a login", app("dev"), []http.HandlerFunc{status(401)}, []string{mount}, 0, "unauthorized"},
		{"no mount", repository.Image{}, []http.HandlerFunc{begun("/session"), created}, []string{plain, put("/session?")}, 1, ""},
		{"a session beside the uploads", repository.Image{}, []http.HandlerFunc{begun("7"), created}, []string{plain, put("/v2/prod/team/app/blobs/uploads/7?")}, 1, ""},
		{"no session", repository.Image{}, []http.HandlerFunc{status(202)}, []string{plain}, 0, "where to upload"},
		{"a session that is none", repository.Image{}, []http.HandlerFunc{begun("http://%")}, []string{plain}, 0, "where to upload"},
		{"another answer to the start", repository.Image{}, []http.HandlerFunc{status(200)}, []string{plain}, 0, "begins with 202"},
		{"another answer to the end", repository.Image{}, []http.HandlerFunc{begun("/session"), status(200)}, []string{plain, put("/session?")}, 1, "answered with 201"},
		{"an upload that is refused", repository.Image{}, []http.HandlerFunc{begun("/session?state=s"), status(400)}, []string{plain, put("/session?state=s&")}, 1, "refused"},
		{"other content at the end", repository.Image{}, []http.HandlerFunc{begun("/session"), with(status(201), "Docker-Content-Digest", describe("", "x").Digest.String())}, []string{plain, put("/session?")}, 1, "stored the digest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := script(t, c.script...)
			client, _ := s.client(t, 1)
			opened := 0
			err := client.Push(t.Context(), app("prod"), d, counting(&opened, blobText), c.from)
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("Push = %v, want %q", err, c.fails)
			}
			if diff := cmp.Diff(c.asked, s.seen().asked); diff != "" || opened != c.opened {
				t.Errorf("Push opened the blob %d times, want %d; requests (-want +got):\n%s", opened, c.opened, diff)
			}
			if n := client.Requests().ByOperation["push"]; n != len(c.asked) {
				t.Errorf("%d requests were counted, want %d", n, len(c.asked))
			}
			if last := s.seen().bodies[len(s.seen().bodies)-1]; strings.HasPrefix(s.seen().asked[len(s.seen().asked)-1], "PUT") && last != blobText {
				t.Errorf("the blob arrived as %q", last)
			}
			if err != nil && strings.Contains(err.Error(), "state=") {
				t.Errorf("Push = %v, which holds what lets anybody go on with the upload", err)
			}
		})
	}
}

// A failed attempt is given up, and another upload begins.
func TestPushAgain(t *testing.T) {
	begun := with(status(202), "Location", "/session")
	for name, failing := range map[string][]http.HandlerFunc{
		"at the start": {status(503)}, "at the end": {begun, status(502)}, "without an answer": {begun, hangUp}, "throttled": {status(429)},
	} {
		t.Run(name, func(t *testing.T) {
			s := script(t, append(failing, begun, status(201))...)
			c, slept := s.client(t, 2)
			opened := 0
			if err := c.Push(t.Context(), app("prod"), pushed(), counting(&opened, blobText), repository.Image{}); err != nil {
				t.Errorf("Push = %v", err)
			}
			if last := s.seen().bodies[len(s.seen().bodies)-1]; opened != len(failing) || last != blobText || len(*slept) != 1 {
				t.Errorf("the blob was opened %d times and arrived as %q after %d pauses", opened, last, len(*slept))
			}
			if retries := c.Requests().Retries; retries != 2 {
				t.Errorf("%d retries were counted, want 2", retries)
			}
		})
	}
}

// An upload stays at the registry, whatever host it names.
func TestPushStaysAtTheRegistry(t *testing.T) {
	strangers := 0
	stranger := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers++ }))
	for location, want := range map[string]string{
		stranger + "/elsewhere/v2/prod/team/app/blobs/uploads/7?state=8": "PUT /v2/prod/team/app/blobs/uploads/7?state=8&digest=" + escaped(pushed()),
		stranger + "/session": "",
	} {
		s := script(t, with(status(202), "Location", location), status(201))
		c, _ := s.client(t, 1)
		err := c.Push(t.Context(), app("prod"), pushed(), content(blobText), repository.Image{})
		if (err == nil) != (want != "") || want != "" && s.seen().asked[1] != want {
			t.Errorf("Push to a session at %s = %v, %v, want %q", location, err, s.seen().asked, want)
		}
	}
	for _, code := range []int{301, 302, 303, 307, 308} {
		s := script(t, with(status(code), "Location", stranger+"/"))
		c, _ := s.client(t, 1)
		if err := c.Push(t.Context(), app("prod"), pushed(), content(blobText), repository.Image{}); err == nil || !strings.Contains(err.Error(), "redirects to") {
			t.Errorf("Push that is redirected with %d = %v, want an error", code, err)
		}
	}
	if strangers > 0 {
		t.Errorf("%d requests went to another host", strangers)
	}
}

// What the bytes come from fails in its own words.
func TestPushOfWhatCannotBeRead(t *testing.T) {
	own := errors.New("no such file")
	for name, open := range map[string]func(context.Context) (io.ReadCloser, error){
		"not opened": func(context.Context) (io.ReadCloser, error) { return nil, own },
		"not read":   func(context.Context) (io.ReadCloser, error) { return io.NopCloser(failing{own}), nil },
	} {
		s := script(t, with(status(202), "Location", "/session"), status(201))
		c, slept := s.client(t, 3)
		if err := c.Push(t.Context(), app("prod"), pushed(), open, repository.Image{}); !errors.Is(err, own) || len(*slept) != 0 {
			t.Errorf("Push of a blob that is %s = %v after %d pauses, want %v at once", name, err, len(*slept), own)
		}
	}
}

// A source that may come back is asked again.
func TestPushFromAnotherRegistry(t *testing.T) {
	source := script(t, breakOff, answer(200, "", blobText))
	from, _ := source.client(t, 1)
	var slept sleeps
	var arrived atomic.Value
	to := client(t, registry.Options{Retry: outbound.Retry{Attempts: 2, Sleep: slept.sleep}, URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		switch {
		case r.Method == http.MethodPost:
			with(status(202), "Location", "/session")(w, r)
		case err == nil:
			arrived.Store(string(body))
			w.WriteHeader(http.StatusCreated)
		}
	}))})
	d := pushed()
	err := to.Push(t.Context(), app("prod"), d, func(ctx context.Context) (io.ReadCloser, error) { return from.Blob(ctx, app("dev"), d) }, repository.Image{})
	if err != nil || arrived.Load() != blobText || len(slept) != 1 {
		t.Errorf("Push = %v, %v after %d pauses, want %q after one", err, arrived.Load(), len(slept), blobText)
	}
}

func TestPushOfAnEmptyBlob(t *testing.T) {
	for _, k := range kinds() {
		c := k.client(t)
		at, d := k.image(0, "app"), describe("", "")
		if err := c.Push(t.Context(), at, d, content(""), repository.Image{}); err != nil {
			t.Errorf("%s: Push = %v", k.name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
