package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/printable"
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
		go func() {
			err := made.ping(ctx, name)
			if err != nil {
				err = fmt.Errorf("server %s: %w", name, err)
			}
			answers <- err
		}()
	}
	var silent []error
	for range made.registry {
		err := <-answers
		if err == nil {
			return true
		}
		silent = append(silent, err)
	}
	if ctx.Err() == nil {
		s.silent(errors.Join(silent...))
	}
	return false
}

// silent keeps why no server answers, and says so where that is news.
func (s *service) silent(err error) {
	why := printable.Line(strings.ReplaceAll(err.Error(), "\n", "; "))
	if before := s.silence.Swap(&why); before == nil || *before != why {
		s.log.WithError(err).Warn("no server answers yet")
	}
}

// ping returns nil if a server answers and takes the credentials.
func (made *clients) ping(ctx context.Context, server string) error {
	if client := made.artifactory[server]; client != nil {
		return client.Ping(ctx)
	}
	return made.registry[server].Ping(ctx)
}
