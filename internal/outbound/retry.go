package outbound

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/sirupsen/logrus"
)

// Retry says how often a request that only reads is sent again, and after
// which pauses. Requests that write are never sent again blindly.
type Retry struct {
	// Attempts counts the first one too; 0 means 1.
	Attempts int
	// Initial is the longest first pause. Each further one may be twice as
	// long, up to Max. A server that asks for a pause gets it, up to Max too.
	Initial time.Duration
	// Max is the longest pause; 0 means an hour.
	Max time.Duration
	// Sleep waits; nil waits for real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
	// Throttled is told of each pause that the server wanted; nil is nobody.
	Throttled func(d time.Duration)
}

func (r Retry) withDefaults() Retry {
	r.Attempts = max(r.Attempts, 1)
	if r.Max <= 0 {
		r.Max = time.Hour
	}
	if r.Sleep == nil {
		r.Sleep = sleep
	}
	if r.Throttled == nil {
		r.Throttled = func(time.Duration) {}
	}
	return r
}

// pause is a random time up to the bound after that many attempts, so that
// clients that failed together do not return together; what the server asked
// for comes first.
func (r Retry) pause(attempts int, asked time.Duration) time.Duration {
	if asked > 0 {
		return min(asked, r.Max)
	}
	bound := r.Initial
	for n := 1; n < attempts && bound < r.Max; n++ {
		bound *= 2
	}
	if bound = min(bound, r.Max); bound <= 0 {
		return 0
	}
	return rand.N(bound) //nolint:gosec // spreads load, protects nothing
}

// Pause waits before another attempt after that many; asked is how long the
// server wants to be left alone, 0 where it does not say.
func (r Retry) Pause(ctx context.Context, attempts int, asked time.Duration) error {
	r = r.withDefaults()
	pause := r.pause(attempts, asked)
	if asked > 0 {
		r.Throttled(pause)
	}
	return r.Sleep(ctx, pause)
}

// Repeat sends a request, again and again while it fails with an Error that may
// pass. attempt counts from 1.
func (r Retry) Repeat(ctx context.Context, log logrus.FieldLogger, operation string, send func(attempt int) error) error {
	r = r.withDefaults()
	for attempt := 1; ; attempt++ {
		err := send(attempt)
		e, ok := errors.AsType[*Error](err)
		if !ok || attempt >= r.Attempts || e.Partial || !e.Passing() || ctx.Err() != nil {
			return err
		}
		pause := r.pause(attempt, e.wait)
		log.WithFields(logrus.Fields{
			"operation": operation, "attempt": attempt, "status": e.Status, "pause": pause.String(),
		}).WithError(err).Warn("request is repeated")
		if e.wait > 0 || overloaded(e.Status) {
			r.Throttled(pause)
		}
		if err := r.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("%s: %w", operation, err)
		}
	}
}

// retryAfter reads the header's seconds, or its date by the server's own
// clock; not above 0 where there is none.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	now, nowErr := http.ParseTime(h.Get("Date"))
	if err != nil || nowErr != nil {
		return 0
	}
	return at.Sub(now)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
