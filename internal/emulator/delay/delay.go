// Package delay waits as exactly as a process can that has little else to do. Go's
// timers come up to a millisecond late there, because the poller that it sleeps in
// counts milliseconds: 0.7 ms of 20 on average, which is more than a request takes
// on loopback.
package delay

import (
	"context"
	"time"
)

// Clock has the timers that wait. The zero value is ready for use, by many
// goroutines.
type Clock struct{ timers timers }

// Wait waits that long, and tells whether ctx was still alive at the end. It ends
// with ctx.
func (c *Clock) Wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 || ctx.Err() != nil || c.timers.wait(ctx, d) {
		return ctx.Err() == nil
	}
	return Sleep(ctx, d)
}

// Sleep waits by a timer of Go's, and tells whether ctx was still alive at the end.
// It ends with ctx.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
