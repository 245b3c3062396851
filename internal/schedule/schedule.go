// Package schedule runs a job on a cron schedule: one at a time, whatever
// happens in it, until it is told to stop.
package schedule

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"
)

// Options say when a job runs.
type Options struct {
	// Cron is a line of five fields, or one of cron's descriptors (@hourly).
	Cron string
	// Location is the time zone in which Cron is read; nil is UTC.
	Location *time.Location
	// Jitter delays each scheduled run by a random time up to this, so that
	// many instances do not start at once.
	Jitter time.Duration
	// RunOnStart runs the job at once, too.
	RunOnStart bool
	Log        logrus.FieldLogger
	// Sleep waits for the jitter, and returns early with an error when ctx
	// ends; nil waits for real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
	// Cron's own clock; nil is the real one. It is here for tests.
	Schedule cron.Schedule
}

// Run runs job on the schedule until ctx ends, then waits for a run under way.
// A tick while a run is under way is skipped. A panic ends that run, not the
// schedule. The job is handed ctx: it decides how to end when that does.
func Run(ctx context.Context, o Options, job func(ctx context.Context)) error {
	when, err := o.when()
	if err != nil {
		return err
	}
	logger := cronLogger{o.Log}
	// The order matters: Recover inside SkipIfStillRunning. The other way
	// round, a panic would keep the token that says that a run is under way,
	// and no run would ever start again (robfig/cron v3.0.1).
	chain := cron.NewChain(cron.SkipIfStillRunning(logger), cron.Recover(logger))
	wrapped := chain.Then(cron.FuncJob(func() { job(ctx) }))
	c := cron.New(cron.WithLocation(o.location()), cron.WithLogger(logger))
	c.Schedule(when, cron.FuncJob(func() {
		if o.wait(ctx) == nil {
			wrapped.Run()
		}
	}))
	first := make(chan struct{})
	if o.RunOnStart {
		go func() {
			defer close(first)
			wrapped.Run()
		}()
	} else {
		close(first)
	}
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	<-first
	return nil
}

func (o Options) when() (cron.Schedule, error) {
	if o.Schedule != nil {
		return o.Schedule, nil
	}
	when, err := cron.ParseStandard(o.Cron)
	if err != nil {
		return nil, fmt.Errorf("parse schedule %q: %w", o.Cron, err)
	}
	return when, nil
}

func (o Options) location() *time.Location {
	if o.Location == nil {
		return time.UTC
	}
	return o.Location
}

func (o Options) wait(ctx context.Context) error {
	if o.Jitter <= 0 {
		return ctx.Err()
	}
	d := rand.N(o.Jitter) //nolint:gosec // spreads load, protects nothing
	if o.Sleep != nil {
		return o.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cronLogger gives cron's words to logrus: its routine ones at debug level.
type cronLogger struct{ log logrus.FieldLogger }

// Info says what cron does all day, and that it skips a run.
func (l cronLogger) Info(msg string, keysAndValues ...any) {
	if msg == "skip" {
		l.log.Warn("a run is still under way: this one is skipped")
		return
	}
	l.log.WithField("cron", fmt.Sprint(keysAndValues...)).Debug(msg)
}

// Error says that a run panicked.
func (l cronLogger) Error(err error, msg string, keysAndValues ...any) {
	l.log.WithError(err).WithField("cron", fmt.Sprint(keysAndValues...)).Error(msg)
}
