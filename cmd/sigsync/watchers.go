package main

import (
	"context"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// watchers are told what is sent to servers. The zero value is nobody.
type watchers struct {
	// request is told of each request to a server.
	request func(ctx context.Context, server, operation string) (context.Context, func(status int, err error))
	// throttled is told how long servers have requests wait.
	throttled func(d time.Duration)
}

// of watches what is sent to one server.
func (w watchers) of(server string) outbound.Observer {
	return func(ctx context.Context, operation string) (context.Context, func(int, error)) {
		if w.request == nil {
			return ctx, func(int, error) {}
		}
		return w.request(ctx, server, operation)
	}
}
