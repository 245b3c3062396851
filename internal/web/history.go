package web

import (
	"slices"
	"sync"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/report"
)

// History remembers how runs ended, for as long as the program runs: the last
// report of a whole run, and a few words about each of the last intake.Runs.
// Any number of goroutines may use it.
type History struct {
	mu sync.Mutex
	state
}

// state is what a History knows at one time. What its slices and pointers lead
// to is never changed, only added to, so that a copy is a snapshot.
type state struct {
	// underWay are the runs that have not ended, the oldest first.
	underWay []*entry
	// ended are the runs that have, the newest first.
	ended []*entry
	// whole is the whole run that ended last, nil before the first.
	whole *entry
	// last is what is kept of the last whole run that made a report, nil before
	// the first.
	last *last
	// next is when the schedule's next run is due; zero where that is not known.
	next time.Time
}

// NewHistory makes one that knows of no run.
func NewHistory() *History { return &History{} }

// Next says when the schedule's next run is due; the zero time says that none is.
func (h *History) Next(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next = at
}

// Began notes that a run is under way, and returns what is to be called when it
// has ended. A run by events names its images. The run may have made a report,
// or there is only the error that kept it from that. Only the first call of
// ended counts: a deferred one may say that the run panicked. Nothing of the
// report is used after ended has returned.
func (h *History) Began(trigger Trigger, at time.Time, images ...string) (ended func(r *report.Report, err error, at time.Time)) {
	run := newEntry(trigger, at, images)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.underWay = append(h.underWay, run)
	var once sync.Once
	return func(r *report.Report, err error, at time.Time) {
		once.Do(func() { h.end(run, r, err, at) })
	}
}

func (h *History) end(run *entry, r *report.Report, err error, at time.Time) {
	// A report may be large. It is read before anybody has to wait for that.
	var kept *last
	if r != nil && run.Trigger.whole() {
		var unkept error
		if kept, unkept = keep(r); unkept != nil {
			r, err = nil, unkept
		}
	}
	over := run.over(r, err, at)
	if kept != nil {
		kept.Run = over
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.note(run, over, kept)
}

// note puts an ended run where it belongs.
func (h *History) note(run, over *entry, kept *last) {
	h.underWay = slices.DeleteFunc(slices.Clone(h.underWay), func(e *entry) bool { return e == run })
	h.ended = trimmed(slices.Insert(slices.Clone(h.ended), 0, over))
	if over.Trigger.whole() {
		h.whole = over
	}
	if kept != nil {
		h.last = kept
	}
}

// snapshot is what the history knows now.
func (h *History) snapshot() state {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

// trimmed drops the oldest run where there are too many: one for events, where
// those are the most. A burst of events must not push out what is known of the
// whole.
func trimmed(runs []*entry) []*entry {
	if len(runs) <= intake.Runs {
		return runs
	}
	events := 0
	for _, e := range runs {
		if !e.Trigger.whole() {
			events++
		}
	}
	for i, e := range slices.Backward(runs) {
		if e.Trigger.whole() == (events <= len(runs)/2) {
			return slices.Delete(runs, i, i+1)
		}
	}
	return runs[:intake.Runs]
}
