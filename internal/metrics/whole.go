package metrics

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// WholeRun takes in a run over all pairs: one of the schedule, or a command's.
// phases say how long each phase took, those of all pairs together. The run is
// a success where its exit code is 0.
func (m *Metrics) WholeRun(r *report.Report, phases map[string]time.Duration) {
	gone := m.whole.replace(func(last wholeRun) wholeRun {
		next := wholeRun{
			ended: r.Run.Finished, exitCode: r.Run.ExitCode, succeeded: last.succeeded,
			made: true, took: r.Run.Finished.Sub(r.Run.Started), phases: maps.Clone(phases),
		}
		if r.Run.ExitCode == report.ExitOK {
			next.succeeded = r.Run.Finished
		}
		for _, p := range r.Pairs {
			next.pairs = append(next.pairs, foundIn(p))
		}
		return next
	})
	m.work.forget(gone)
	m.work.expect(r)
	m.work.did(r, bySchedule)
}

// RunNotMade takes in a whole run that came to no report: what it was to run
// with could not be made. Nothing is known of the named pairs from now on, or of
// those of the run before where none is named. Durations stay those of the last
// run that was made.
func (m *Metrics) RunNotMade(at time.Time, exitCode int, pairs ...string) {
	m.whole.replace(func(last wholeRun) wholeRun {
		next := last
		next.ended, next.exitCode, next.pairs = at, exitCode, nil
		if len(pairs) == 0 {
			for _, p := range last.pairs {
				pairs = append(pairs, p.name)
			}
		}
		for _, name := range pairs {
			next.pairs = append(next.pairs, pair{name: name})
		}
		return next
	})
	m.work.ended(bySchedule, exitCode)
}

// wholeRun is what stays of a whole run. None is changed once it is there, so
// what is read together belongs together.
type wholeRun struct {
	ended    time.Time
	exitCode int
	// made tells whether there was a run that had durations.
	made   bool
	took   time.Duration
	phases map[string]time.Duration
	// succeeded is when a run of this process ended with success; zero for never.
	succeeded time.Time
	pairs     []pair
}

// pair is what is known of a pair.
type pair struct {
	name string
	// known is false where the pair could not be looked at.
	known  bool
	states map[plan.State]int
}

// foundIn counts the relations of a pair by the state in which the run left
// them. A report counts them as they were found, and lists none of those that
// need nothing.
func foundIn(p report.Pair) pair {
	states := maps.Clone(p.Totals.States)
	for _, f := range p.Findings {
		if f.Outcome.Mended() {
			states[f.State]--
			states[mended(f.Outcome)]++
		}
	}
	return pair{name: p.Name, known: p.Error == "", states: states}
}

// mended is the state of a relation after it was mended.
func mended(o report.Outcome) plan.State {
	if o == report.Merged {
		return plan.Ahead // the target has what only it had, too
	}
	return plan.InSync
}

// wholeRuns collects the metrics of the last whole run.
type wholeRuns struct {
	mu   sync.Mutex // held by who replaces it
	last atomic.Pointer[wholeRun]
}

// replace puts the next run in the place of the last, and returns the names of
// the pairs that are gone.
func (w *wholeRuns) replace(by func(last wholeRun) wholeRun) (gone []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var last wholeRun
	if before := w.last.Load(); before != nil {
		last = *before
	}
	next := by(last)
	w.last.Store(&next)
	there := map[string]bool{}
	for _, p := range next.pairs {
		there[p.name] = true
	}
	for _, p := range last.pairs {
		if !there[p.name] {
			gone = append(gone, p.name)
		}
	}
	return gone
}

// hasSucceeded tells whether a run of this process was a success.
func (w *wholeRuns) hasSucceeded() bool {
	last := w.last.Load()
	return last != nil && !last.succeeded.IsZero()
}
