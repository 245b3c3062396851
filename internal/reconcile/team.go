package reconcile

import (
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/errgroup"
)

// team is a group of goroutines, some at a time, none of which can end the
// others. A panic in one is passed on by Wait, to the goroutine that can do
// something about it: errgroup would end the program.
type team struct {
	group errgroup.Group
	once  sync.Once
	panic any
}

func newTeam(limit int) *team {
	t := &team{}
	t.group.SetLimit(limit)
	return t
}

// Go runs f when there is room.
func (t *team) Go(f func()) {
	t.group.Go(func() error {
		defer func() {
			if p := recover(); p != nil {
				t.once.Do(func() { t.panic = fmt.Sprintf("%v\n\n%s", p, debug.Stack()) })
			}
		}()
		f()
		return nil
	})
}

// Wait returns when all are done.
func (t *team) Wait() {
	_ = t.group.Wait() // none returns an error
	if t.panic != nil {
		panic(t.panic)
	}
}
