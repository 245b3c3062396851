package artifactory

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/oci"
)

// Retry says how often a request that only reads is sent again, and after
// which pauses. Requests that write are never sent again blindly.
type Retry struct {
	// Attempts counts the first one too; 0 means 1.
	Attempts int
	// Initial is the longest first pause. Each further one may be twice as
	// long, up to Max.
	Initial, Max time.Duration
	// Sleep waits; nil waits for real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
}

func (r Retry) withDefaults() Retry {
	r.Attempts = max(r.Attempts, 1)
	if r.Sleep == nil {
		r.Sleep = sleep
	}
	return r
}

// pause is a random time up to the bound of that attempt, so that clients that
// failed together do not return together; what the server asked for comes first.
func (r Retry) pause(attempt int, asked time.Duration) time.Duration {
	bound := r.Initial << min(attempt, 30)
	if bound <= 0 || bound > r.Max {
		bound = r.Max
	}
	if asked > 0 {
		return min(asked, max(r.Max, bound))
	}
	if bound <= 0 {
		return 0
	}
	return rand.N(bound) //nolint:gosec // spreads load, protects nothing
}

// Pause waits before another attempt after that many.
func (r Retry) Pause(ctx context.Context, attempts int) error {
	r = r.withDefaults()
	return r.Sleep(ctx, r.pause(attempts-1, 0))
}

// again tells whether an error may go away by itself.
func again(err error) bool {
	var e *Error
	return errors.As(err, &e) && !e.Final && (errors.Is(err, oci.ErrUnavailable) || errors.Is(err, oci.ErrThrottled))
}

// retryAfter reads the header's seconds or date; 0 where there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
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

func discard() logrus.FieldLogger {
	l := logrus.New()
	l.SetOutput(io.Discard)
	return l
}
