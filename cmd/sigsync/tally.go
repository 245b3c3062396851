package main

import (
	"context"
	"net/http"
	"sync"
)

// tally counts the requests that servers were sent, and those that they refused
// as too many.
type tally struct {
	mu              sync.Mutex
	sent, throttled map[string]int
}

func newTally() *tally { return &tally{sent: map[string]int{}, throttled: map[string]int{}} }

func (t *tally) request(ctx context.Context, server, _ string) (context.Context, func(status int, err error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent[server]++
	return ctx, func(status int, _ error) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if status == http.StatusTooManyRequests {
			t.throttled[server]++
		}
	}
}

func (t *tally) of(server string) (sent, throttled int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sent[server], t.throttled[server]
}
