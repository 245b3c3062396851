package schedule

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"
)

// Options say when a job runs.
type Options struct {
	Timetable
	// RunOnStart runs the job at once, too.
	RunOnStart bool
	// Changes are timetables that take the place of the one before: at once, or
	// after the run that is under way. nil brings none.
	Changes <-chan Timetable
	// Skipped is told how many ticks came while a run was under way, once it is
	// over; nil is nobody.
	Skipped func(n int)
	// Next is told when the next run is due, its delay not included; nil is nobody.
	Next func(tick time.Time)
	// Log gets a line for each tick that is skipped and each panic.
	Log logrus.FieldLogger
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Sleep waits for the next run, and returns early with an error when ctx
	// ends; nil waits for real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
}

func (o Options) withDefaults() Options {
	if o.Skipped == nil {
		o.Skipped = func(int) {}
	}
	if o.Next == nil {
		o.Next = func(time.Time) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
