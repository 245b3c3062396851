package delay_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/delay"
)

// wait fails if it ends too early.
func wait(t *testing.T, c *delay.Clock, d time.Duration) {
	t.Helper()
	began := time.Now()
	if !c.Wait(t.Context(), d) {
		t.Error("Wait: the context was taken for dead")
	}
	if got := time.Since(began); got < d {
		t.Errorf("Wait(%v) ended after %v", d, got)
	}
}

// A timer that was used is used again: each has its own wait.
func TestWait(t *testing.T) {
	var c delay.Clock
	for _, d := range []time.Duration{0, time.Nanosecond, time.Millisecond, 3 * time.Millisecond, time.Millisecond} {
		wait(t, &c, d)
	}
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			for range 4 {
				wait(t, &c, time.Duration(n)*time.Millisecond/4)
			}
		})
	}
	all.Wait()
}

func TestWaitEndsWithItsContext(t *testing.T) {
	var c delay.Clock
	dead, cancel := context.WithCancel(t.Context())
	cancel()
	if c.Wait(dead, time.Hour) || c.Wait(dead, 0) {
		t.Error("Wait found a dead context alive")
	}
	dying, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if c.Wait(dying, time.Hour) {
		t.Error("Wait found a context alive that died meanwhile")
	}
	wait(t, &c, time.Millisecond)
}
