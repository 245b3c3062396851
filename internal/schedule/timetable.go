package schedule

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/robfig/cron/v3"
)

// Timetable says when the runs of a job are due.
type Timetable struct {
	// Cron is a line of five fields, or one of cron's descriptors (@hourly).
	Cron string
	// Location is the time zone in which Cron is read; nil is UTC.
	Location *time.Location
	// Jitter delays each scheduled run by a random time below this, so that
	// many instances do not start at once.
	Jitter time.Duration
}

// Check returns nil unless Cron is no schedule, or names a day that never is.
func (t Timetable) Check(now time.Time) error {
	_, err := t.parse(now)
	return err
}

func (t Timetable) parse(now time.Time) (cron.Schedule, error) {
	when, err := cron.ParseStandard(t.Cron)
	if err != nil {
		return nil, fmt.Errorf("parse schedule %q: %w", t.Cron, err)
	}
	if when.Next(t.in(now)).IsZero() {
		return nil, fmt.Errorf("parse schedule %q: it never comes", t.Cron)
	}
	return when, nil
}

// in is a time in the timetable's zone.
func (t Timetable) in(at time.Time) time.Time {
	if t.Location == nil {
		return at.UTC()
	}
	return at.In(t.Location)
}

// delay is a random time below the jitter.
func (t Timetable) delay() time.Duration {
	if t.Jitter <= 0 {
		return 0
	}
	return rand.N(t.Jitter) //nolint:gosec // spreads load, protects nothing
}
