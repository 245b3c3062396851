package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/cache"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/reconcile"
)

// options turns the configuration into what a run needs. What is written with
// is left to the caller: an audit has nothing to write with.
func options(
	c *config.Config, pairs []config.Pair, s *selection, made *clients, log logrus.FieldLogger,
) (reconcile.Options, error) {
	failOn, err := s.states(c.FailOn)
	if err != nil {
		return reconcile.Options{}, err
	}
	o := reconcile.Options{
		Images: s.images, Limit: s.limit, Limits: reconcile.Limits(c.Limits), All: s.all, FailOn: failOn,
		Scan: c.Concurrency.Scan, Copy: c.Concurrency.Copy,
		Attempts: c.Retry.Attempts, Pause: pauses(c.Retry), Grace: interruptGrace,
		ID: runID(), Version: currentVersion(), Now: time.Now, Log: log,
	}
	made.read(&o)
	if c.Cache.Dir != "" {
		if o.Memory, err = cache.Open(c.Cache.Dir, log); err != nil {
			return reconcile.Options{}, err
		}
	}
	for _, p := range pairs {
		pair, err := pairOf(p)
		if err != nil {
			return reconcile.Options{}, err
		}
		o.Pairs = append(o.Pairs, pair)
	}
	return o, nil
}

// interruptGrace is how long copies under way may go on after an interrupt.
const interruptGrace = 10 * time.Second

func pauses(r config.Retry) func(ctx context.Context, attempts int, asked time.Duration) error {
	return retries(r).Pause
}

func runID() string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return time.Now().UTC().Format("20060102T150405Z-") + hex.EncodeToString(random[:])
}
