//go:build !linux

package delay

import (
	"context"
	"time"
)

// timers are none: there are Go's.
type timers struct{}

func (*timers) wait(context.Context, time.Duration) bool { return false }
