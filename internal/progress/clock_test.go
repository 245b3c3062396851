package progress_test

import "time"

// clock is a time that goes on when it is told to.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.t }

func (c *clock) pass(seconds int) { c.t = c.t.Add(time.Duration(seconds) * time.Second) }
