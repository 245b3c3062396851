// Package schedule runs a job on a cron schedule: one at a time, whatever
// happens in it, until it is told to stop.
package schedule

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"
)

// Run runs job on the schedule until ctx ends, and returns when a run under
// way has ended too. A tick during a run is skipped. A panic ends that run,
// not the schedule. The job is handed ctx: it decides how to end when that
// does. The error is that of Check.
func Run(ctx context.Context, o Options, job func(ctx context.Context)) error {
	l := &loop{Options: o.withDefaults(), job: job}
	if err := l.adopt(o.Timetable); err != nil {
		return err
	}
	if l.RunOnStart && ctx.Err() == nil {
		l.run(ctx)
	}
	for {
		l.catchUp()
		l.next()
		changed, ok := l.wait(ctx)
		switch {
		case !ok:
			return nil
		case changed != nil:
			l.change(*changed)
		default:
			l.last = l.due
			l.run(ctx)
		}
	}
}

// loop is the state of one Run. cron's own runner keeps the time by itself,
// and a test would have to wait for it; of cron it has the timetables.
type loop struct {
	Options
	job  func(ctx context.Context)
	when cron.Schedule
	last time.Time // the tick of the run before
	due  time.Time
}

// adopt begins a timetable.
func (l *loop) adopt(t Timetable) error {
	when, err := t.parse(l.Now())
	if err != nil {
		return err
	}
	l.Timetable, l.when, l.last = t, when, t.in(l.Now())
	return nil
}

// catchUp takes the timetable that came during a run.
func (l *loop) catchUp() {
	select {
	case t := <-l.Changes:
		l.change(t)
	default:
	}
}

func (l *loop) change(t Timetable) {
	if err := l.adopt(t); err != nil {
		l.Log.WithError(err).Error("the schedule stays as it was")
		return
	}
	l.Log.WithField("cron", t.Cron).Info("the schedule has changed")
}

// setBack is how far a clock may be behind the tick before without more to it
// than a correction. Further back, waiting for the tick would take as long as
// the clock was wrong.
const setBack = time.Hour

// next finds the first tick to come. It counts from the tick before, and not
// from now: a clock that was set back must not bring that one twice.
func (l *loop) next() {
	now, skipped := l.Now(), 0
	if l.last.Sub(now) > setBack {
		l.Log.WithField("by", l.last.Sub(now).String()).Warn("the clock was set back: the schedule begins anew")
		l.last = l.in(now)
	}
	for l.due = l.when.Next(l.last); l.due.Before(now); l.due = l.when.Next(l.due) {
		l.last = l.due
		skipped++
	}
	if skipped > 0 {
		l.Log.WithField("skipped", skipped).Warn("runs are skipped: another was under way, or delayed, when their time came")
		l.Skipped(skipped)
	}
	l.Next(l.due)
}

// wait waits for the tick, and tells whether it came before the end of ctx, or
// which timetable came before it.
func (l *loop) wait(ctx context.Context) (changed *Timetable, ok bool) {
	waiting, stop := context.WithCancel(ctx)
	slept := make(chan struct{})
	go func() {
		defer close(slept)
		_ = l.Sleep(waiting, l.due.Sub(l.Now())+l.delay()) // returns early only when its context ends
	}()
	select {
	case t := <-l.Changes:
		changed = &t
	case <-slept:
	}
	stop()
	<-slept
	return changed, ctx.Err() == nil
}

// run runs the job once.
func (l *loop) run(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			l.Log.WithFields(logrus.Fields{"panic": p, "stack": string(debug.Stack())}).Error("run panicked")
		}
	}()
	l.job(ctx)
}
