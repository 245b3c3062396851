package reconcile

import (
	"context"
	"sync"

	"github.com/sigsync/sigsync/internal/repository"
)

// Indexes lets one run at a time change a referrers index at a target. A
// registry has no way to write one only if it is still what was read: of two
// runs that read it and write it at the same time, one would take out what the
// other put in. Its zero value is ready, and safe for concurrent use.
type Indexes struct {
	mu   sync.Mutex
	held map[index]chan struct{} // closed when it is held no more
}

// index is a referrers index, by the server's name and where it is there.
type index struct {
	server string
	at     repository.Tag
}

// enter waits until nobody else holds an index, and returns what gives it up.
func (x *Indexes) enter(ctx context.Context, i index) (leave func(), err error) {
	if x == nil {
		return func() {}, nil
	}
	for {
		x.mu.Lock()
		free, held := x.held[i]
		if !held {
			return x.hold(i), nil
		}
		x.mu.Unlock()
		select {
		case <-free:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// hold is called with the lock, and returns without.
func (x *Indexes) hold(i index) (leave func()) {
	defer x.mu.Unlock()
	if x.held == nil {
		x.held = map[index]chan struct{}{}
	}
	free := make(chan struct{})
	x.held[i] = free
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.held, i)
		close(free)
	}
}
