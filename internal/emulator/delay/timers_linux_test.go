package delay

import (
	"context"
	"testing"
	"time"
)

// The file of a timer that was closed may be another's by now.
func TestTimerThatWasClosedIsForgotten(t *testing.T) {
	var all timers
	dying, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if !all.wait(dying, time.Hour) {
		t.Fatal("no timer to wait by")
	}
	if all.idle.Get() != nil {
		t.Error("it is kept for the next")
	}
}

// A wait takes a file, which is to be kept for the next.
func TestTimersAreUsedAgain(t *testing.T) {
	var all timers
	kept, waits := 0, 100
	for range waits {
		if !all.wait(t.Context(), time.Microsecond) {
			t.Fatal("no timer to wait by")
		}
		if one := all.idle.Get(); one != nil {
			kept++
			all.idle.Put(one)
		}
	}
	// The race detector has one of four dropped.
	if kept < waits/2 {
		t.Errorf("a timer was kept after %d waits of %d", kept, waits)
	}
}
