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
