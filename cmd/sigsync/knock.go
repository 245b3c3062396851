package main

import (
	"context"
	"time"
)

// knocking is the time between two attempts to reach a server.
const knocking = 5 * time.Second

// knock asks the servers for a sign of life until one gives it: the schedule's
// first run may be far away.
func (s *service) knock(ctx context.Context) {
	for {
		if s.anyAnswers(ctx) {
			s.answered.Store(true)
			return
		}
		timer := time.NewTimer(knocking)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

func (s *service) anyAnswers(ctx context.Context) bool {
	made, err := newClients(s.current.Load().links, true)
	if err != nil {
		return false // as a run says, too
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	answers := make(chan error, len(made.registry))
	for name := range made.registry {
		go func() { answers <- made.ping(ctx, name) }()
	}
	for range made.registry {
		if err := <-answers; err == nil {
			return true
		} else if ctx.Err() == nil {
			s.log.WithError(err).Debug("a server does not answer")
		}
	}
	return false
}

// ping returns nil if a server answers and takes the credentials.
func (made *clients) ping(ctx context.Context, server string) error {
	if client := made.artifactory[server]; client != nil {
		return client.Ping(ctx)
	}
	return made.registry[server].Ping(ctx)
}
