package reconcile_test

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// The sweep's size: a sample by default, every trial with -sweep=1.
var (
	sweepShare = flag.Float64("sweep", 0.005, "share of the fault sweep's trials to do, from 0 to 1")
	sweepSeed  = flag.Uint64("sweep.seed", 1, "seed of the fault sweep: of the choice of trials, and of each")
)

// patience is the timeout of a request that stalls. Others have none.
const patience = 300 * time.Millisecond

// For every request of a run, everything that may go wrong at it: no set ever
// shrinks and nothing but attachments is written, the report tells the truth,
// and the next run ends with the tree that an untroubled one leaves.
func TestFaultSweep(t *testing.T) {
	var done, skipped atomic.Int64
	t.Cleanup(func() { t.Logf("%d trials of %d, seed %d", done.Load(), done.Load()+skipped.Load(), *sweepSeed) })
	for _, e := range estates() {
		t.Run(e.name, func(t *testing.T) {
			requests, want := calmly(t, e)
			for number, b := range blows() {
				t.Run(b.name, func(t *testing.T) {
					t.Parallel()
					for n := int64(1); n <= requests; n++ {
						random := rand.New(rand.NewPCG(*sweepSeed, uint64(number)<<32|uint64(n)))
						if share := *sweepShare; random.Float64() >= share && share < 1 || b.Stalls && share < 1 && n%16 != 1 {
							skipped.Add(1)
							continue
						}
						done.Add(1)
						strike(t, e, b, n, random, want)
					}
				})
			}
		})
	}
}

// strike is one trial.
func strike(t *testing.T, e estate, b blow, n int64, random *rand.Rand, want map[string]string) {
	t.Helper()
	var timeout time.Duration
	if b.Stalls {
		timeout = patience
	}
	tr := newTrial(t, e, timeout)
	tr.numbered(n, b.lasts, b.strike(tr, random))
	r := tr.sync()
	if problem := untruth(r, tr.contents(), want); problem != "" {
		t.Errorf("request %d, seed %d: %s\n%s", n, *sweepSeed, problem, said(r))
	}
	if problem := tr.converges(want); problem != "" {
		t.Errorf("request %d, seed %d: %s", n, *sweepSeed, problem)
	}
	if problem := tr.broken(b); problem != "" {
		t.Errorf("request %d, seed %d: %s", n, *sweepSeed, problem)
	}
}

// Somebody else signs the index at the target at any moment of a run whose
// account may not delete: what they wrote stays, whole, and the run says what
// it found instead of what it wanted.
func TestSomebodyElseSigns(t *testing.T) {
	e := estates()[2]
	requests, _ := calmly(t, e)
	signed := 0
	for n := int64(1); n <= requests; n++ {
		if *sweepShare < 1 && n%8 != 0 {
			continue
		}
		tr := newTrial(t, e, 0)
		index, _ := tr.tree().Stat(prod, seed.CaseIndex+"/1.0/list.manifest.json")
		digest, theirs := "sha256:"+index.SHA256, ""
		tag := seed.CaseIndex + "/" + sigTag(digest)
		tr.numbered(n, false, func(*http.Request) http.Handler {
			return fault.Meanwhile(tr.server.Direct(), func() {
				if _, there := tr.tree().Stat(prod, tag+"/manifest.json"); !there {
					theirs = seed.Sign(tr.tree(), prod, seed.CaseIndex, digest, "dave")
				}
			})
		})
		r := tr.sync()
		tr.calm()
		next := tr.sync()
		manifest, _ := tr.tree().Stat(prod, tag+"/manifest.json")
		if theirs != "" && "sha256:"+manifest.SHA256 != theirs {
			t.Errorf("request %d: the target holds %s, want what somebody else wrote, %s\n%s", n, manifest.SHA256, theirs, said(r))
		}
		if theirs != "" {
			signed++
		}
		if theirs != "" && (next.Totals.States[plan.Diverged] != 2 || next.Run.ExitCode != report.ExitOK) {
			t.Errorf("request %d: the next run %s: %v, want the index diverged too", n, said(next), next.Totals.States)
		}
		for _, broken := range tr.checker.Broken() {
			t.Errorf("request %d: %s", n, broken)
		}
	}
	if signed == 0 {
		t.Error("nobody else signed anything")
	}
	t.Logf("somebody else signed in %d runs", signed)
}
