package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sigsync/sigsync/internal/report"
)

// TimeoutError is the cause (context.Cause) of the end of a run that took too
// long. Any other end of its context is an interrupt.
type TimeoutError struct {
	// After is how long the run was given.
	After time.Duration
}

// Error names the setting.
func (e TimeoutError) Error() string {
	return fmt.Sprintf("the run's time is over: run_timeout is %s", e.After)
}

// WithTimeout returns a context that ends after d with a TimeoutError, and what
// ends it before; 0 is no limit. It is canceled, not past a deadline: what is
// under way ends as it does at an interrupt.
func WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if d <= 0 {
		return ctx, func() { cancel(nil) }
	}
	timer := time.AfterFunc(d, func() { cancel(TimeoutError{After: d}) })
	return ctx, func() {
		timer.Stop()
		cancel(nil)
	}
}

// end says what ended the run's context; nil where it goes on.
func end(ctx context.Context) *report.Stop {
	if ctx.Err() == nil {
		return nil
	}
	if e, ok := errors.AsType[TimeoutError](context.Cause(ctx)); ok {
		return &report.Stop{By: report.ByRunTimeout, Reason: e.Error()}
	}
	return &report.Stop{By: report.BySignal, Reason: "the run was interrupted"}
}

// over says why nothing may begin any more; "" where it may.
func over(ctx context.Context) string {
	if stop := end(ctx); stop != nil {
		return stop.Reason
	}
	return ""
}
