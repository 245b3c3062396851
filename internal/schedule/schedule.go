// Package schedule runs a job on a cron schedule: one at a time, whatever
// happens in it, until it is told to stop.
package schedule

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"
)

// Run runs job on the schedule until ctx ends, and returns when a run under
// way has ended too. A tick during a run is skipped. A panic ends that run,
// not the schedule. The job is handed ctx: it decides how to end when that
// does. The error says that Cron is no schedule or names a day that never is.
func Run(ctx context.Context, o Options, job func(ctx context.Context)) error {
	o = o.withDefaults()
	when, err := cron.ParseStandard(o.Cron)
	if err != nil {
		return fmt.Errorf("parse schedule %q: %w", o.Cron, err)
	}
	tick := o.Now().In(o.Location)
	if when.Next(tick).IsZero() {
		return fmt.Errorf("parse schedule %q: it never comes", o.Cron)
	}
	if o.RunOnStart && ctx.Err() == nil {
		o.run(ctx, job)
	}
	for {
		tick = o.next(when, tick)
		if !o.wait(ctx, tick) {
			return nil
		}
		o.run(ctx, job)
	}
}

// setBack is how far a clock may be behind the tick before without more to it
// than a correction. Further back, waiting for the tick would take as long as
// the clock was wrong.
const setBack = time.Hour

// next returns the first tick to come. It counts from the tick before, and not
// from now: a clock that was set back must not bring that one twice.
func (o Options) next(when cron.Schedule, before time.Time) time.Time {
	now, skipped := o.Now(), 0
	if before.Sub(now) > setBack {
		o.Log.WithField("by", before.Sub(now).String()).Warn("the clock was set back: the schedule begins anew")
		before = now.In(o.Location)
	}
	tick := when.Next(before)
	for tick.Before(now) {
		tick = when.Next(tick)
		skipped++
	}
	if skipped > 0 {
		o.Log.WithField("skipped", skipped).Warn("runs are skipped: another was under way, or delayed, when their time came")
	}
	return tick
}

// wait waits for a tick, and tells whether it came before the end of ctx.
func (o Options) wait(ctx context.Context, tick time.Time) bool {
	_ = o.Sleep(ctx, tick.Sub(o.Now())+o.delay()) // returns early only when ctx ends
	return ctx.Err() == nil
}

// run runs the job once.
func (o Options) run(ctx context.Context, job func(ctx context.Context)) {
	defer func() {
		if p := recover(); p != nil {
			o.Log.WithFields(logrus.Fields{"panic": p, "stack": string(debug.Stack())}).Error("run panicked")
		}
	}()
	job(ctx)
}
