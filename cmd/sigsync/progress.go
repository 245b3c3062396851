package main

import (
	"context"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/progress"
	"github.com/sigsync/sigsync/internal/reconcile"
)

// follower shows how far one run has come: on a terminal as a line below the log,
// elsewhere as lines of the log.
type follower struct {
	meter  *progress.Meter
	screen *progress.Screen
	// how is what the run is shown as.
	how showing
	// tick returns ticks that far apart, and what ends them.
	tick func(apart time.Duration) (ticks <-chan time.Time, stop func())
}

// showing is a way to show progress.
type showing int

const (
	hidden showing = iota
	asLine
	inLog
)

// How often the line is drawn anew, and how far apart lines of the log are. A run
// that is over sooner says nothing.
const (
	lineTick = 200 * time.Millisecond
	logTick  = 30 * time.Second
)

// newFollower returns one that shows nothing yet. Logs belong on its screen.
func newFollower(env environment, g *globals) *follower {
	meter := progress.NewMeter(time.Now)
	f := &follower{meter: meter, screen: progress.NewScreen(env.stderr, meter, widthOf(env.stderr)), how: inLog, tick: tick}
	switch {
	case g.noProgress:
		f.how = hidden
	case onTerminal(env.stderr) && !dumb(env):
		f.how = asLine
	}
	return f
}

func tick(apart time.Duration) (ticks <-chan time.Time, stop func()) {
	t := time.NewTicker(apart)
	return t.C, t.Stop
}

// start shows what the run comes to until end is called, which leaves nothing of
// it on a terminal. It may be called again.
func (f *follower) start(log logrus.FieldLogger) (end func()) {
	if f.how == hidden {
		return func() {}
	}
	apart, show := logTick, func() { f.meter.Log(log) }
	if f.how == asLine {
		apart, show = lineTick, f.screen.Draw
		f.screen.Show()
	}
	ticks, stop := f.tick(apart)
	done := make(chan struct{})
	var shows sync.WaitGroup
	shows.Go(func() { progress.Every(ticks, done, show) })
	return sync.OnceFunc(func() {
		stop()
		close(done)
		shows.Wait()
		f.screen.Clear()
	})
}

// watch has a run tell how far it has come, beside whoever it tells already.
func (f *follower) watch(o *reconcile.Options) {
	if f.how == hidden {
		return
	}
	told := o.Phase
	o.Phase = func(ctx context.Context, phase reconcile.Phase, pair string) (context.Context, func()) {
		ctx, ended := told(ctx, phase, pair)
		end := f.meter.Begin(string(phase), pair)
		return ctx, func() {
			end()
			ended()
		}
	}
	o.Progress = func(_ string, done, total int) { f.meter.Dealt(done, total) }
	o.Counted = func(c reconcile.Count) { f.meter.Listed(c.Files, c.Ended, c.Repositories) }
}
