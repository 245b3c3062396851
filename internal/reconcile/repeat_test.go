package reconcile_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// tagWrite is a kind of request that writes a tag, which others may write too.
type tagWrite struct {
	name  string
	world func(*testing.T) (*world, seed.Image)
	is    func(r *http.Request, operation string) bool
}

func tagWrites() []tagWrite {
	put := func(r *http.Request, _ string) bool {
		return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/sha256-")
	}
	return []tagWrite{
		{"put", func(t *testing.T) (*world, seed.Image) {
			w := newWorld(t, mayDelete)
			w.options.Pairs[0].Transport = reconcile.TransportRegistry
			return w, w.promoted(1)[0]
		}, put},
		{"put of a referrers index", func(t *testing.T) (*world, seed.Image) {
			w := newWorld(t, mayDelete)
			image, _ := w.bundled("team/app", "alice")
			return w, image
		}, put},
		{"promote", func(t *testing.T) (*world, seed.Image) {
			w := newWorld(t, func(o *emulator.Options) {
				o.Edition = emulator.EditionJCR
				o.Users[0].Permissions = append(o.Users[0].Permissions, access.Permission{Repositories: []string{prod}, Rights: access.Annotate})
			})
			return w, w.promoted(1)[0]
		}, func(_ *http.Request, operation string) bool { return operation == "promote" }},
	}
}

// counted has the first requests of a kind answered by h, and counts them all.
func (k tagWrite) counted(w *world, failures int32, h http.Handler) *atomic.Int32 {
	var n atomic.Int32
	w.server.SetIntercept(func(r *http.Request, operation string) http.Handler {
		if !k.is(r, operation) || n.Add(1) > failures {
			return nil
		}
		return h
	})
	return &n
}

func TestWritesOfTagsAreRepeatedOnceTheyAreFoundLost(t *testing.T) {
	for _, k := range tagWrites() {
		for _, c := range []struct {
			name     string
			h        func(*emulator.Server) http.Handler
			failures int32
			sent     int32
			copied   int
		}{
			{"nothing", nil, 0, 1, 1},
			{"503", func(*emulator.Server) http.Handler { return answer(503, "", "") }, 2, 3, 1},
			{"429", func(*emulator.Server) http.Handler { return answer(429, "", "") }, 1, 2, 1},
			{"a page", func(*emulator.Server) http.Handler { return fault.HTML(200) }, 1, 2, 1},
			{"no answer", func(*emulator.Server) http.Handler { return fault.Reset() }, 1, 2, 1},
			{"no answer after the effect", func(s *emulator.Server) http.Handler { return fault.ResetAfter(s.Direct()) }, 1, 1, 1},
			{"503 for ever", func(*emulator.Server) http.Handler { return answer(503, "", "") }, 9, 3, 0},
			{"400", func(*emulator.Server) http.Handler { return answer(400, "", "") }, 1, 1, 0},
			{"500 with messages", func(*emulator.Server) http.Handler {
				return answer(500, "application/json", `{"messages":[{"level":"ERROR","message":"no"}]}`)
			}, 1, 1, 0},
		} {
			t.Run(k.name+" that gets "+c.name, func(t *testing.T) {
				w, _ := k.world(t)
				var h http.Handler
				if c.h != nil {
					h = c.h(w.server)
				}
				n := k.counted(w, c.failures, h)
				r := w.sync()
				if n.Load() != c.sent || r.Totals.Outcomes[report.Copied] != c.copied || r.Totals.Outcomes[report.Failed] != 1-c.copied {
					t.Errorf("sent %d times, %v: %s, want %d times and %d copied", n.Load(), findings(r), reasons(r), c.sent, c.copied)
				}
			})
		}
	}
}

// What came while the answer was lost is another's, and stays.
func TestWritesOfTagsAreNotRepeatedOverOthers(t *testing.T) {
	for _, k := range tagWrites() {
		if k.name == "put of a referrers index" {
			continue // it is read and added to
		}
		w, image := k.world(t)
		n := k.counted(w, 1, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			seed.Sign(w.tree(), prod, image.Path, image.Digest, "key", "another")
			rw.WriteHeader(http.StatusServiceUnavailable)
		}))
		r := w.sync()
		if n.Load() != 1 || r.Totals.Outcomes[report.Copied] != 0 {
			t.Errorf("%s: sent %d times, %v: %s; want once, and nothing copied", k.name, n.Load(), findings(r), reasons(r))
		}
		if r := w.audit(); r.Totals.States[plan.Diverged] != 1 {
			t.Errorf("%s: after it %v, want both signatures where they were", k.name, findings(r))
		}
	}
}

// The blobs that are looked into are read to their end.
func TestABlobThatBreaksOffIsReadAnew(t *testing.T) {
	for failures, want := range map[int32]int{0: 1, 2: 1, 3: 0} {
		w := newWorld(t, withReferrers(dev, prod))
		w.bundled("team/app", "alice")
		var n atomic.Int32
		w.server.SetIntercept(only("blob", func(r *http.Request) http.Handler {
			if r.Method != http.MethodGet || n.Add(1) > failures {
				return nil
			}
			return fault.Break(w.server.Direct(), 10)
		}))
		r := w.sync()
		if r.Totals.Outcomes[report.Copied] != want {
			t.Errorf("after %d of %d blobs that broke off: %v: %s, want %d copied", failures, n.Load(), findings(r), reasons(r), want)
		}
	}
}
