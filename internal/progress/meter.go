package progress

import (
	"sync"
	"time"
)

// Phases of a run, as Meter.Begin takes them. It takes others too, and shows
// their names.
const (
	Preflight = "preflight"
	Scan      = "scan"
	Plan      = "plan"
	Execute   = "execute"
)

// Meter is how far a run has come. One run at a time tells it, from as many
// goroutines as it likes.
type Meter struct {
	now func() time.Time
	// changed is called when there is something else to show, not for each step.
	changed func()

	mu sync.Mutex
	at state
}

// state is what there is to show.
type state struct {
	// phase is "" between phases.
	phase, pair string
	began       time.Time
	// done of total are repositories in a scan, and attachments in an execution.
	done, total int
	files       int
	speed       speed
}

// NewMeter returns a meter of a run that has not begun. It asks now for the time.
func NewMeter(now func() time.Time) *Meter {
	return &Meter{now: now, changed: func() {}}
}

// Begin is told that a phase begins, of all pairs where pair is "", and returns
// what to call at its end.
func (m *Meter) Begin(phase, pair string) (end func()) {
	m.set(func(at *state, now time.Time) bool {
		*at = state{phase: phase, pair: pair, began: now}
		at.speed.note(now, 0)
		return true
	})
	return func() {
		m.set(func(at *state, _ time.Time) bool {
			*at = state{}
			return true
		})
	}
}

// Listed is told how many files of how many repositories have been listed.
func (m *Meter) Listed(files, done, repositories int) {
	m.set(func(at *state, now time.Time) bool {
		if at.phase != Scan {
			return false
		}
		anew := at.done != done || at.total != repositories
		at.files, at.done, at.total = files, done, repositories
		at.speed.note(now, files)
		return anew
	})
}

// Dealt is told how many of a pair's attachments have been dealt with. Outside of
// an execution it is of no interest: an audit deals with all of them at once.
func (m *Meter) Dealt(done, total int) {
	m.set(func(at *state, now time.Time) bool {
		if at.phase != Execute {
			return false
		}
		anew := at.total != total || done == total
		at.done, at.total = done, total
		at.speed.note(now, done)
		return anew
	})
}

// set changes the state, and has it shown where that says so.
func (m *Meter) set(change func(at *state, now time.Time) (anew bool)) {
	m.mu.Lock()
	anew := change(&m.at, m.now())
	m.mu.Unlock()
	if anew {
		m.changed()
	}
}

// look returns the state, and what time it is.
func (m *Meter) look() (state, time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, now := m.at, m.now()
	at.speed = at.speed.at(now)
	return at, now
}
