package main

import (
	"context"
	"time"

	"github.com/sigsync/sigsync/internal/notify"
)

// outlet has everybody know how whole runs ended, in their order and beside the
// runs: a chat room that does not answer must not hold up the schedule.
type outlet struct {
	pending chan told
	done    chan struct{}
}

// told is one piece of news, and who tells it.
type told struct {
	by *notify.Notifier
	notify.Outcome
}

// waitingNews is how many runs may end while one is told of.
const waitingNews = 8

// lastWords is how long telling may take once ctx has ended.
const lastWords = 5 * time.Second

// newOutlet tells until close.
func newOutlet(ctx context.Context) *outlet {
	o := &outlet{pending: make(chan told, waitingNews), done: make(chan struct{})}
	telling, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, end) })
	go func() {
		defer close(o.done)
		defer end()
		for news := range o.pending {
			within, cancel := context.WithTimeout(telling, tellTime)
			news.by.Tell(within, news.Outcome)
			cancel()
		}
	}()
	return o
}

// tell never waits. It returns false where too much is waiting to be told.
func (o *outlet) tell(news told) bool {
	select {
	case o.pending <- news:
		return true
	default:
		return false
	}
}

// close waits until all is told, or given up.
func (o *outlet) close() {
	close(o.pending)
	<-o.done
}
