package schedule

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/sirupsen/logrus"
)

// Options say when a job runs.
type Options struct {
	// Cron is a line of five fields, or one of cron's descriptors (@hourly).
	Cron string
	// Location is the time zone in which Cron is read; nil is UTC.
	Location *time.Location
	// Jitter delays each scheduled run by a random time below this, so that
	// many instances do not start at once.
	Jitter time.Duration
	// RunOnStart runs the job at once, too.
	RunOnStart bool
	// Log gets a line for each tick that is skipped and each panic.
	Log logrus.FieldLogger
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Sleep waits for the next run, and returns early with an error when ctx
	// ends; nil waits for real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
}

func (o Options) withDefaults() Options {
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
}

// delay is a random time below the jitter.
func (o Options) delay() time.Duration {
	if o.Jitter <= 0 {
		return 0
	}
	return rand.N(o.Jitter) //nolint:gosec // spreads load, protects nothing
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
