package emulator

import (
	"context"
	"time"
)

// gate limits how many requests are in work at a time.
type gate struct {
	places chan struct{} // nil lets everybody in
	wait   time.Duration
}

func newGate(places int, wait time.Duration) *gate {
	if places <= 0 {
		return &gate{}
	}
	return &gate{places: make(chan struct{}, places), wait: wait}
}

// enter takes a place. It is false when none became free in time.
func (g *gate) enter(ctx context.Context) bool {
	if g.places == nil {
		return true
	}
	select {
	case g.places <- struct{}{}:
		return true
	default:
	}
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case g.places <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (g *gate) leave() {
	if g.places != nil {
		<-g.places
	}
}
