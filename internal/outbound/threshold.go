package outbound

import (
	"context"
	"sync"
)

// threshold is where the requests wait of which one goes alone. It is a lock
// whose wait a context ends. The zero value is free.
type threshold struct {
	once sync.Once
	free chan struct{} // has an element while nobody is on it
}

func (t *threshold) enter(ctx context.Context) error {
	t.once.Do(func() {
		t.free = make(chan struct{}, 1)
		t.leave()
	})
	select {
	case <-t.free:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *threshold) leave() { t.free <- struct{}{} }
