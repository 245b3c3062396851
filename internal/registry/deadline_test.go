package registry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// stalling sends the start of an answer, and then nothing.
func stalling(start string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", v1.MediaTypeImageIndex)
		_, _ = io.Copy(io.Discard, r.Body) // only then the end of the connection is noticed
		if start != "" {
			_, _ = w.Write([]byte(start))
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

func TestStalledAnswersEnd(t *testing.T) {
	for name, start := range map[string]string{"before the answer": "", "in the body": `{"manifests":[`} {
		for version, http2 := range map[string]bool{"HTTP/1": false, "HTTP/2": true} {
			web := httptest.NewUnstartedServer(stalling(start))
			web.EnableHTTP2 = http2
			web.StartTLS()
			t.Cleanup(web.Close)
			c := client(t, registry.Options{URL: web.URL, Timeout: 50 * time.Millisecond, Transport: web.Client().Transport})
			_, manifest := c.Manifest(t.Context(), app("dev").In("1.0"))
			_, blob := readBlob(t.Context(), c, app("dev"), describe("", strings.Repeat(blobText, 9)))
			_, _, referrers := c.Referrers(t.Context(), app("dev"), pushed().Digest)
			for call, err := range map[string]error{
				"Manifest": manifest, "Blob": blob, "Referrers": referrers,
				"Tags": c.Tags(t.Context(), app("dev"), gather(new([]string))), "Ping": c.Ping(t.Context()),
				"Push": c.Push(t.Context(), app("dev"), pushed(), content(blobText), repository.Image{}),
			} {
				started := call == "Push" && start != "" // its answer came, its body is not needed
				if !errors.Is(err, oci.ErrUnavailable) && !started || !strings.Contains(err.Error(), "within the timeout") && !started {
					t.Errorf("%s stalled %s of %s = %v, want unavailable for lack of progress", call, name, version, err)
				}
			}
		}
	}
}

// A blob's timeout is of a pause, not of the whole, both ways. The time is the
// test's own.
func TestSlowBlobs(t *testing.T) {
	for pause, want := range map[time.Duration]error{time.Minute - 1: nil, time.Minute + 1: oci.ErrUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			slowly := client(t, registry.Options{
				URL: "http://slow", Timeout: time.Minute, Transport: slow{body: blobText, pause: pause},
			})
			text, err := readBlob(t.Context(), slowly, app("dev"), pushed())
			if !errors.Is(err, want) || (text == blobText) != (want == nil) {
				t.Errorf("Blob with a byte each %s = %q, %v, want %v", pause, text, err, want)
			}
			err = slowly.Push(t.Context(), app("dev"), pushed(), content(blobText), repository.Image{})
			if !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("Push with a byte each %s = %v, want %v", pause, err, want)
			}
			if raw, err := slowly.Manifest(t.Context(), app("dev").In("1.0")); !errors.Is(err, oci.ErrUnavailable) {
				t.Errorf("Manifest with a byte each %s = %q, %v, want unavailable", pause, raw, err)
			}
		})
	}
}

// slow stands for a registry that takes and gives a byte after each pause.
type slow struct {
	body  string
	pause time.Duration
}

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &http.Response{StatusCode: http.StatusOK, Request: r, Header: http.Header{}, Body: http.NoBody}
	body := &slowBody{slow: s, ctx: r.Context()}
	switch r.Method {
	case http.MethodPost:
		answer.StatusCode = http.StatusAccepted
		answer.Header.Set("Location", "/session")
	case http.MethodPut:
		answer.StatusCode = http.StatusCreated
		for {
			if err := body.wait(); err != nil {
				return nil, err
			}
			if _, err := r.Body.Read(make([]byte, 1)); err != nil {
				return answer, r.Body.Close()
			}
		}
	default:
		answer.Body = body
	}
	return answer, nil
}

type slowBody struct {
	slow
	ctx context.Context
}

func (b *slowBody) wait() error {
	timer := time.NewTimer(b.pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-b.ctx.Done():
		return context.Canceled
	}
}

func (b *slowBody) Read(p []byte) (int, error) {
	if b.body == "" {
		return 0, io.EOF
	}
	if err := b.wait(); err != nil {
		return 0, err
	}
	n := copy(p[:1], b.body)
	b.body = b.body[n:]
	return n, nil
}

func (*slowBody) Close() error { return nil }

func TestCanceledRequests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := client(t, registry.Options{Retry: outbound.Retry{Attempts: 5}, URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel()
		stalling("")(w, r)
	}))})
	if _, err := c.Manifest(ctx, app("dev").In("1.0")); !errors.Is(err, context.Canceled) || c.Requests().Total != 1 {
		t.Errorf("Manifest = %v after %v, want canceled after one", err, c.Requests())
	}
}

// What a request holds on to is let go when it is over, however it ends.
func TestRequestsAreOver(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"well": manifestAnswer(), "with a refusal": status(404), "with a page": answer(200, "text/html", ""),
		"without an answer": hangUp, "in the middle": breakOff,
		"with a login": with(status(401), "WWW-Authenticate", `Basic realm="r"`),
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				http.Redirect(w, r, "/", http.StatusFound)
			}
		},
	} {
		var sent []context.Context
		c := client(t, registry.Options{
			URL: serve(t, h), Timeout: time.Hour, Credentials: literal("user", "password"),
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				sent = append(sent, r.Context())
				return http.DefaultTransport.RoundTrip(r)
			}),
		})
		_, _ = c.Manifest(t.Context(), app("dev").In("1.0"))
		_, _ = readBlob(t.Context(), c, app("dev"), pushed())
		_ = c.Push(t.Context(), app("dev"), pushed(), content(blobText), app("prod"))
		for _, ctx := range sent {
			if ctx.Err() == nil {
				t.Errorf("%s: the context of one of %d requests is still alive", name, len(sent))
			}
		}
	}
}
