package reconcile_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
)

// estate is one world that a trial takes place in.
type estate struct {
	name string
	// apis are the repositories with the Referrers API.
	apis []string
	// keeps tells of an account that may not replace anything, and a pair that
	// only reports differences.
	keeps bool
}

func estates() []estate {
	return []estate{
		{"API at both ends", []string{dev, prod}, false},
		{"no API at the target", []string{dev}, false},
		{"no right to delete", []string{dev, prod}, true},
	}
}

// trial is a run over seed.Cases that something goes wrong in.
type trial struct {
	*world
	checker  *invariant.Checker
	requests atomic.Int64
}

// broken says what did not hold. A server that reports the success of a copy
// which it did not do has a manifest follow blobs that are not there: the run
// sees that when it looks whether all arrived, says so, and the next mends it.
func (tr *trial) broken(b blow) string {
	broken := tr.checker.Broken()
	if b.Lies {
		broken = slices.DeleteFunc(broken, func(s string) bool { return strings.Contains(s, "before its blob") })
	}
	return strings.Join(broken, "\n")
}

// The tokens of sigsync's account: one that may run out, and the next.
const firstToken, nextToken = "first", "next"

func newTrial(t testing.TB, e estate, timeout time.Duration) *trial {
	t.Helper()
	adjust := []func(*emulator.Options){withReferrers(e.apis...), func(o *emulator.Options) {
		o.Users[0].Tokens = []string{firstToken, nextToken}
	}}
	if !e.keeps {
		adjust = append(adjust, mayDelete)
	}
	w := newWorld(t, adjust...)
	seed.Cases{Source: dev, Target: prod, SourceAPI: slices.Contains(e.apis, dev)}.Seed(w.tree())
	tr := &trial{world: w, checker: invariant.Watch(w.tree(), dev, prod)}
	// One request at a time, so that the n-th is the same in every run.
	w.options.Scan, w.options.Copy = 1, 1
	w.options.FailOn = []plan.State{plan.Missing, plan.Partial, plan.Suspect, plan.Unknown}
	if !e.keeps {
		w.options.FailOn = append(w.options.FailOn, plan.Stale, plan.Diverged)
		w.options.Pairs[0].Difference = plan.DifferenceMerge
	}
	tr.connect(firstToken, timeout)
	return tr
}

// connect gives the run clients of its own, as a new process has.
func (tr *trial) connect(token string, timeout time.Duration) {
	tr.t.Helper()
	retry := outbound.Retry{Attempts: tr.options.Attempts, Sleep: func(context.Context, time.Duration) error { return nil }}
	transport := &http.Transport{}
	tr.t.Cleanup(transport.CloseIdleConnections)
	authorize := outbound.Bearer(outbound.Literal(token))
	rest, err := artifactory.New(artifactory.Options{
		URL: tr.client.URL(), Authorize: authorize, Transport: transport, Retry: retry, Timeout: timeout,
	})
	if err != nil {
		tr.t.Fatal(err)
	}
	oci, err := registry.New(registry.Options{
		URL: tr.client.URL(), Artifactory: true, Authorize: authorize, Transport: transport, Retry: retry, Timeout: timeout,
	})
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.client, tr.registry = rest, oci
	tr.options.Servers["main"], tr.options.Writers["main"] = rest, rest
	tr.options.Registries["main"], tr.options.Pushers["main"] = oci, oci
}

// numbered calls strike at the n-th request, and at all that follow where it lasts.
func (tr *trial) numbered(n int64, lasts bool, strike func(r *http.Request) http.Handler) {
	tr.requests.Store(0)
	tr.server.SetIntercept(func(r *http.Request, _ string) http.Handler {
		if at := tr.requests.Add(1); at == n || lasts && at > n {
			return strike(r)
		}
		return nil
	})
}

// calm ends everything that goes wrong.
func (tr *trial) calm() {
	tr.server.SetIntercept(nil)
	tr.server.SetVeto(nil)
}

// contents is what is at the target.
func (tr *trial) contents() map[string]string { return invariant.Contents(tr.tree(), prod) }

// untruth returns what a report says that is not so: there is to be what it says
// it mended, all of want where it says success, and a word where it says none.
func untruth(r *report.Report, got, want map[string]string) string {
	for _, p := range r.Pairs {
		for _, f := range p.Findings {
			if !f.Outcome.Mended() {
				continue
			}
			folder := f.Image + "/" + f.Attachment.Tag + "/"
			if f.Attachment.Tag == "" {
				folder = f.Image + "/" + f.Attachment.Digest.String() + "/"
			}
			for path, digest := range want {
				if strings.HasPrefix(path, folder) && got[path] != digest {
					return fmt.Sprintf("%s %s is reported as %s, and %s is not there", f.Image, f.Family, f.Outcome, path)
				}
			}
		}
	}
	switch said := r.Run.ExitCode; {
	case said == report.ExitOK && !cmp.Equal(got, want):
		return "exit code 0, and not everything is there:\n" + cmp.Diff(want, got)
	case said == report.ExitOK, said == report.ExitFailed && reasons(r) != "":
		return ""
	case said == report.ExitLeft && len(r.Left()) > 0:
		return ""
	default:
		return fmt.Sprintf("exit code %d without a reason", said)
	}
}

// converges holds the world after the trouble to what is promised: a clean run
// ends well, with the tree that an untroubled one leaves.
func (tr *trial) converges(want map[string]string) string {
	tr.calm()
	tr.connect(nextToken, 0)
	r := tr.sync()
	if r.Run.ExitCode != report.ExitOK {
		return fmt.Sprintf("the next run ended with exit code %d: %v: %s", r.Run.ExitCode, findings(r), reasons(r))
	}
	if diff := cmp.Diff(want, tr.contents()); diff != "" {
		return "the next run left (-want +got):\n" + diff
	}
	return ""
}

// blow is something that goes wrong at one request.
type blow struct {
	name  string
	lasts bool
	fault.Kind
	// strike answers the request instead; nil lets it pass.
	strike func(tr *trial, random *rand.Rand) func(r *http.Request) http.Handler
}

// blows are all of them, each kind of fault once and lasting.
func blows() []blow {
	var all []blow
	for _, k := range fault.Kinds() {
		strike := func(tr *trial, random *rand.Rand) func(*http.Request) http.Handler {
			return func(*http.Request) http.Handler { return k.Make(tr.server.Direct(), random) }
		}
		all = append(all, blow{k.Name, false, k, strike})
		if !k.Stalls { // they would take a timeout for each request
			all = append(all, blow{k.Name + ", from then on", true, k, strike})
		}
	}
	return append(all,
		blow{"the token expires", false, fault.Kind{}, func(tr *trial, _ *rand.Rand) func(*http.Request) http.Handler {
			return func(*http.Request) http.Handler { tr.server.ExpireToken(firstToken); return nil }
		}},
		blow{"copies are refused in the middle", false, fault.Kind{}, func(tr *trial, random *rand.Rand) func(*http.Request) http.Handler {
			files := random.IntN(4)
			return func(*http.Request) http.Handler {
				tr.server.SetVeto(fault.VetoAfter(files, http.StatusForbidden, "quota exceeded"))
				return nil
			}
		}},
		blow{"another run is faster", false, fault.Kind{}, func(tr *trial, _ *rand.Rand) func(*http.Request) http.Handler {
			return func(*http.Request) http.Handler { return fault.Meanwhile(tr.server.Direct(), tr.bring) }
		}},
		blow{"the server throttles", true, fault.Kind{}, func(_ *trial, random *rand.Rand) func(*http.Request) http.Handler {
			clock := time.Unix(0, 0)
			now := func() time.Time { clock = clock.Add(time.Second); return clock }
			throttle := fault.Throttle(0.3+random.Float64(), 1+random.IntN(8), now, fault.JSON(http.StatusTooManyRequests, "Too many requests", ""))
			return func(r *http.Request) http.Handler { return throttle(r, "") }
		}},
	)
}

// bring copies what the target lacks of the index's tags, as another run does.
func (tr *trial) bring() {
	for _, i := range tr.tree().Children(dev, seed.CaseIndex) {
		if _, there := tr.tree().Stat(prod, i.Path+"/manifest.json"); !there && strings.HasPrefix(i.Name(), "sha256-") {
			files := tr.tree().Children(dev, i.Path)
			slices.Reverse(files) // the manifest last
			for _, f := range files {
				tr.tree().Place(prod, f.Path, f)
			}
		}
	}
}

// said is a report in a line, for a failure.
func said(r *report.Report) string {
	return fmt.Sprintf("exit code %d, %v: %s", r.Run.ExitCode, slices.Sorted(maps.Keys(r.Totals.Outcomes)), reasons(r))
}

// calmly is a run that nothing goes wrong in: how many requests it takes, and
// what it leaves.
func calmly(t *testing.T, e estate) (requests int64, left map[string]string) {
	t.Helper()
	tr := newTrial(t, e, 0)
	tr.numbered(0, false, nil)
	r := tr.sync()
	if r.Run.ExitCode != report.ExitOK || len(tr.checker.Broken()) > 0 {
		t.Fatalf("an untroubled run: %s\n%v", said(r), tr.checker.Broken())
	}
	n := tr.requests.Load()
	left = tr.contents()
	tr.server.ResetLog()
	if again := reconcile.Run(t.Context(), tr.options); again.Run.ExitCode != report.ExitOK || len(tr.writes()) > 0 {
		t.Fatalf("the run after it: %s, wrote %v", said(again), tr.writes())
	}
	return n, left
}
