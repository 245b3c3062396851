package artifactory_test

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

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

// stalling sends the start of an answer, and then nothing.
func stalling(start string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the end of the connection is noticed
		if start != "" {
			_, _ = w.Write([]byte(start))
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

func TestStalledAnswersEnd(t *testing.T) {
	for name, c := range map[string]struct {
		start string
		http2 bool
	}{
		"before the answer": {"", false}, "in the body": {"{\"results\" : [ ", false},
		"before the answer of HTTP/2": {"", true}, "in the body of HTTP/2": {"{\"results\" : [ ", true},
	} {
		t.Run(name, func(t *testing.T) {
			web := httptest.NewUnstartedServer(stalling(c.start))
			web.EnableHTTP2 = c.http2
			web.StartTLS()
			t.Cleanup(web.Close)
			c := client(t, artifactory.Options{URL: web.URL, Timeout: 50 * time.Millisecond, Transport: web.Client().Transport})
			_, listed := list(t.Context(), c, scan.Query{Repository: "dev"})
			for call, err := range map[string]error{
				"Readable": c.Readable(t.Context(), "dev"), "List": listed, "CopyFile": c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1),
			} {
				if err == nil || !strings.Contains(err.Error(), "progress within the timeout") {
					t.Errorf("%s = %v, want that there was no progress", call, err)
				}
				if !errors.Is(err, oci.ErrUnavailable) && !errors.Is(err, oci.ErrIncomplete) {
					t.Errorf("%s = %v, want unavailable or incomplete", call, err)
				}
			}
		})
	}
}

// A listing's timeout is of a pause, not of the whole: every byte that arrives
// starts it again. An answer that ends properly after its request was ended is
// not whole. The time is the test's own.
func TestSlowAnswers(t *testing.T) {
	for _, c := range []struct {
		name  string
		pause time.Duration
		end   error
		want  error
	}{
		{"a byte before each timeout", time.Minute - 1, nil, nil},
		{"a byte after a timeout", time.Minute + 1, context.Canceled, oci.ErrIncomplete},
		{"a proper end after a timeout", time.Minute + 1, io.EOF, oci.ErrIncomplete},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := slow{body: `{"results":[],"range":{"total":0}}`, pause: c.pause, end: c.end}
				slowly := client(t, artifactory.Options{URL: "http://slow", Timeout: time.Minute, Transport: server})
				err := slowly.List(t.Context(), scan.Query{Repository: "dev"}, func(scan.File) error { return nil })
				if !errors.Is(err, c.want) {
					t.Errorf("List = %v, want %v", err, c.want)
				}
				if err != nil && !strings.Contains(err.Error(), "progress within the timeout of 1m0s") {
					t.Errorf("List = %v, want that there was no progress", err)
				}
			})
		})
	}
}

// What is not a listing must be over within the timeout, however busy it is.
func TestATrickleIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := slow{body: "a manifest", pause: 10 * time.Second, end: context.Canceled}
		slowly := client(t, artifactory.Options{URL: "http://slow", Timeout: time.Minute, Transport: server})
		if raw, err := slowly.Manifest(t.Context(), tag("dev")); !errors.Is(err, oci.ErrUnavailable) {
			t.Errorf("Manifest = %q, %v, want unavailable", raw, err)
		}
	})
}

// slow stands for a server whose answer comes byte by byte with a pause before each.
type slow struct {
	body  string
	pause time.Duration
	// end is how a read fails once the request has ended.
	end error
}

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: &slowBody{slow: s, done: r.Context().Done()}}, nil
}

type slowBody struct {
	slow
	done <-chan struct{}
}

func (b *slowBody) Read(p []byte) (int, error) {
	if b.body == "" {
		return 0, io.EOF
	}
	timer := time.NewTimer(b.pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.done:
		return 0, b.end
	}
	n := copy(p[:1], b.body)
	b.body = b.body[n:]
	return n, nil
}

func (*slowBody) Close() error { return nil }

func TestCanceledRequests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel()
		stalling("")(w, r)
	}))
	t.Cleanup(web.Close)
	c := client(t, artifactory.Options{URL: web.URL, Retry: outbound.Retry{Attempts: 5}})
	if err := c.Readable(ctx, "dev"); !errors.Is(err, context.Canceled) || c.Requests().Total != 1 {
		t.Errorf("Readable = %v after %d requests, want canceled after one", err, c.Requests().Total)
	}
}

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What a request holds on to is let go when it is over, however it ends.
func TestRequestsAreOver(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"well": answer(200, "application/json", "{}"), "with a refusal": answer(404, "", ""), "with a page": answer(200, "text/html", ""),
		"without an answer": hangUp, "in the middle": breakOff,
	} {
		t.Run(name, func(t *testing.T) {
			web := httptest.NewServer(h)
			t.Cleanup(web.Close)
			var sent context.Context
			c := client(t, artifactory.Options{URL: web.URL, Timeout: time.Hour, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				sent = r.Context()
				return http.DefaultTransport.RoundTrip(r)
			})})
			_ = c.Readable(t.Context(), "dev")
			if sent.Err() == nil {
				t.Error("the request's context is still alive")
			}
		})
	}
}
