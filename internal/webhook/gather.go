package webhook

import (
	"context"
	"sync"
	"time"
)

// GatherOptions say how events are gathered.
type GatherOptions struct {
	// Window is how long events are gathered from the first one on; 0 hands each
	// over as soon as the work before is done.
	Window time.Duration
	// Most is how many distinct events wait at the most.
	Most int
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Wait waits for the window to pass, and returns early with an error when
	// ctx ends; nil waits for real time to pass.
	Wait func(ctx context.Context, d time.Duration) error
}

// Gatherer collects events until a window after the first is over, then hands
// the distinct ones over in the order of their arrival. What comes meanwhile is
// the next batch, whose window is under way. It is safe for concurrent use.
type Gatherer struct {
	o GatherOptions

	mu      sync.Mutex
	waiting []Event
	known   map[Event]bool // those that wait
	first   time.Time      // when the first of them came
	ended   bool

	arrived chan struct{} // has an element when the first of a batch came
}

// NewGatherer makes a Gatherer. Events may be added before it runs.
func NewGatherer(o GatherOptions) *Gatherer {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	return &Gatherer{o: o, known: map[Event]bool{}, arrived: make(chan struct{}, 1)}
}

// Add has an event wait for the next batch. It is Accepted, a Duplicate of one
// that waits, or Dropped where too many do, and after the end. It never blocks.
func (g *Gatherer) Add(e Event) Taken {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.ended:
		return Dropped
	case g.known[e]:
		return Duplicate
	case len(g.waiting) >= g.o.Most:
		return Dropped
	}
	g.known[e] = true
	if g.waiting = append(g.waiting, e); len(g.waiting) == 1 {
		g.first = g.o.Now()
		select {
		case g.arrived <- struct{}{}:
		default:
		}
	}
	return Accepted
}

// Run hands batches to work, one at a time, until ctx ends, and returns when
// the work under way has ended too. What waits then is left. After a panic of
// work it may be run again: what waits is kept.
func (g *Gatherer) Run(ctx context.Context, work func(ctx context.Context, batch []Event)) {
	defer context.AfterFunc(ctx, g.end)()
	for ctx.Err() == nil {
		left, some := g.left()
		if !some {
			select {
			case <-g.arrived:
			case <-ctx.Done():
			}
			continue
		}
		if left > 0 {
			_ = g.o.Wait(ctx, left) // returns early only when ctx ends
		}
		if ctx.Err() == nil {
			work(ctx, g.batch())
		}
	}
	g.end()
}

// left is how much of the window is to come, and whether anything waits. A
// clock that was set back must not make it longer.
func (g *Gatherer) left() (d time.Duration, some bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		return 0, false
	}
	return min(g.o.Window, g.o.Window-g.o.Now().Sub(g.first)), true
}

// batch takes all that waits.
func (g *Gatherer) batch() []Event {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := g.waiting
	g.waiting, g.known = nil, map[Event]bool{}
	return all
}

// end has no more events wait. Who sends one then is told to send it again, to
// whoever is there by that time.
func (g *Gatherer) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
