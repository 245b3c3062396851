package reconcile_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
)

// stall is where a connection stalls.
type stall string

const (
	beforeEffect stall = "before anything is done"
	inRequest    stall = "in the middle of what is sent"
	afterEffect  stall = "after it is done, before the answer"
	inBody       stall = "in the middle of the answer's body"
)

// line is a transport to a server in the same process, whose n-th request
// stalls until it is given up.
type line struct {
	server http.Handler
	at     int
	how    stall

	mu    sync.Mutex
	sent  []string // methods and what they ask for
	stuck bool
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	how := l.next(r)
	source := &source{ReadCloser: http.NoBody}
	if r.Body != nil {
		source.ReadCloser = r.Body
	}
	defer func() { _ = source.Close() }()
	r.Body = source
	if how == inRequest && r.ContentLength > 0 {
		_, _ = source.Read(make([]byte, 1))
		return nil, l.hold(r.Context())
	}
	if how == beforeEffect {
		return nil, l.hold(r.Context())
	}
	recorded := httptest.NewRecorder()
	l.server.ServeHTTP(recorded, r)
	if source.err != nil { // the connection is closed
		return nil, source.err
	}
	if how == afterEffect {
		return nil, l.hold(r.Context())
	}
	answer := recorded.Result()
	answer.Request = r
	if body := recorded.Body.Bytes(); how == inBody && len(body) > 0 && r.Method != http.MethodHead {
		answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), held{l, r.Context()}))
	}
	return answer, nil
}

// next counts a request, and returns how it stalls.
func (l *line) next(r *http.Request) stall {
	l.mu.Lock()
	defer l.mu.Unlock()
	if kind(r) == "GET system/ping" {
		return ""
	}
	if l.sent = append(l.sent, kind(r)); len(l.sent) == l.at {
		return l.how
	}
	return ""
}

func (l *line) hold(ctx context.Context) error {
	<-ctx.Done()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stuck = true
	return errors.New("closed")
}

// source is the body of a request, which may fail.
type source struct {
	io.ReadCloser
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

type held struct {
	line *line
	ctx  context.Context
}

func (h held) Read([]byte) (int, error) { return 0, h.line.hold(h.ctx) }

// kind names a request by its method and the last words of its API's path.
func kind(r *http.Request) string {
	for _, word := range []string{
		"system/ping", "api/repositories", "api/storage", "api/search/aql", "api/copy", "/promote", "/manifests/", "/blobs/uploads/", "/blobs/", "/referrers/",
		"/tags/list",
	} {
		if strings.Contains(r.URL.Path, word) {
			return r.Method + " " + strings.Trim(word, "/")
		}
	}
	return r.Method + " " + r.URL.Path
}

const stallTimeout = 30 * time.Second

// stalledRun runs over a line, and returns the report and how long it took on a
// clock that is the test's own. Nothing else takes time on it.
func stalledRun(t *testing.T, w *world, l *line) (r *report.Report, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		const url = "http://server/artifactory"
		login := outbound.Basic("sigsync", outbound.Literal("secret"))
		retry := outbound.Retry{Attempts: 3}
		pace := outbound.NewPace(outbound.PaceOptions{})
		direct, err := artifactory.New(artifactory.Options{URL: url, Authorize: login, Transport: l, Timeout: stallTimeout, Retry: retry, Pace: pace})
		if err != nil {
			t.Fatal(err)
		}
		distribution, err := registry.New(registry.Options{
			URL: url, Artifactory: true, Authorize: login, Transport: l, Timeout: stallTimeout, Retry: retry, Pace: pace,
		})
		if err != nil {
			t.Fatal(err)
		}
		o := w.options
		o.Servers, o.Writers = map[string]reconcile.Server{"main": direct}, map[string]reconcile.Writer{"main": direct}
		o.Registries, o.Pushers = map[string]reconcile.Registry{"main": distribution}, map[string]reconcile.Pusher{"main": distribution}
		// The first request of a client goes alone, and what waits for it waits
		// on no clock.
		if err := errors.Join(direct.Ping(t.Context()), distribution.Ping(t.Context())); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		r = reconcile.Run(t.Context(), o)
		took = time.Since(begun)
	})
	return r, took
}

// stallStories are runs that together send every kind of request.
func stallStories() map[string]func(*testing.T) *world {
	return map[string]func(*testing.T) *world{
		"copy": func(t *testing.T) *world {
			w := newWorld(t)
			w.promoted(1)
			return w
		},
		"promote": func(t *testing.T) *world {
			w := newWorld(t, func(o *emulator.Options) {
				o.Edition = emulator.EditionJCR
				o.Users[0].Permissions = append(o.Users[0].Permissions, access.Permission{Repositories: []string{prod}, Rights: access.Annotate})
			})
			w.promoted(1)
			return w
		},
		"tag by the distribution API": func(t *testing.T) *world {
			w := newWorld(t)
			w.promoted(1)
			w.options.Pairs[0].Transport = reconcile.TransportRegistry
			return w
		},
		"referrer": func(t *testing.T) *world {
			w := newWorld(t, withReferrers(dev, prod))
			w.bundled("team/app", "alice")
			return w
		},
		"referrer without the Referrers API": func(t *testing.T) *world {
			w := newWorld(t, mayDelete)
			image, _ := w.bundled("team/app", "alice")
			w.refer(prod, seed.Bundle(prod, "team/app", image.Digest, seed.SignPredicate, "bob"))
			return w
		},
	}
}

// One connection that stalls, wherever it does, holds a run up for one timeout
// and does not spoil it.
func TestAStallHoldsARunUpForOneTimeout(t *testing.T) {
	stalled := map[string]bool{}
	for name, story := range stallStories() {
		w := story(t)
		clean := &line{server: w.server}
		if r, took := stalledRun(t, w, clean); r.Totals.Outcomes[report.Copied] != 1 || took != 0 {
			t.Fatalf("%s: a run without a stall: %v after %s: %s", name, findings(r), took, reasons(r))
		}
		for n := range clean.sent {
			for _, how := range []stall{beforeEffect, inRequest, afterEffect, inBody} {
				w := story(t)
				l := &line{server: w.server, at: n + 1, how: how}
				r, took := stalledRun(t, w, l)
				want := time.Duration(0)
				if l.stuck {
					want = stallTimeout
					stalled[l.sent[n]] = true
				}
				if took != want || r.Totals.Outcomes[report.Copied] != 1 || r.Run.ExitCode != 0 {
					t.Errorf("%s: request %d (%s) stalls %s: %v with exit code %d after %s, want 1 copied after %s: %s",
						name, n+1, l.sent[n], how, findings(r), r.Run.ExitCode, took, want, reasons(r))
				}
			}
		}
	}
	want := []string{
		"GET api/repositories", "GET api/storage", "GET blobs", "GET manifests", "GET referrers", "HEAD manifests", "POST api/copy",
		"POST api/search/aql", "POST blobs/uploads", "POST promote", "PUT blobs/uploads", "PUT manifests",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(stalled))); diff != "" {
		t.Errorf("kinds of requests that stalled (-want +got):\n%s", diff)
	}
}
