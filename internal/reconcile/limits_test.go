package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// toBoth puts n signed images into dev and promotes them to prod and stage, of
// which two pairs are to bring the signatures, one after the other.
func (w *world) toBoth(n int) {
	for _, image := range w.promoted(n) {
		seed.Promote(w.tree(), dev, image.Path, "1.0", stage, image.Path, "1.0")
	}
	w.options.Pairs = []reconcile.Pair{pair(dev, prod), pair(dev, stage)}
	w.options.Copy = 1
}

// failing refuses the copies of every image of which fails says so; an image's
// first file comes first, and nothing follows a refusal.
func (w *world) failing(fails func(n int32) bool) {
	var began atomic.Int32
	w.server.SetIntercept(only("copy", func(r *http.Request) http.Handler {
		if strings.Contains(r.URL.Query().Get("to"), "manifest.json") {
			if fails(began.Add(1)) {
				return answer(http.StatusForbidden, "application/json", `{"messages":[{"level":"ERROR","message":"no"}]}`)
			}
		}
		return nil
	}))
}

// became writes what became of a run's attachments, and how it ended.
func became(r *report.Report) string {
	by := report.StopCause("nothing")
	if r.Run.Stopped != nil {
		by = r.Run.Stopped.By
	}
	o := r.Totals.Outcomes
	return fmt.Sprintf("%d planned %d copied %d failed %d held, exit %d, stopped by %s",
		o[report.Planned], o[report.Copied], o[report.Failed], o[report.Held], r.Run.ExitCode, by)
}

// The limits hold over all pairs, and end the run with 3 whatever fail_on says.
// The command line's limit leaves the exit code to fail_on.
func TestTheSmallerLimitOfCopiesHoldsOverAllPairs(t *testing.T) {
	for _, c := range []struct {
		limit, most int
		sync, audit string
	}{
		{0, 3, "0 planned 3 copied 0 failed 1 held, exit 3, stopped by limits.max_copies", "3 planned 0 copied 0 failed 1 held, exit 0, stopped by nothing"},
		{2, 3, "0 planned 2 copied 0 failed 2 held, exit 0, stopped by --limit", "2 planned 0 copied 0 failed 2 held, exit 0, stopped by nothing"},
		{3, 2, "0 planned 2 copied 0 failed 2 held, exit 3, stopped by limits.max_copies", "2 planned 0 copied 0 failed 2 held, exit 0, stopped by nothing"},
		{3, 3, "0 planned 3 copied 0 failed 1 held, exit 3, stopped by limits.max_copies", "3 planned 0 copied 0 failed 1 held, exit 0, stopped by nothing"},
		{0, 4, "0 planned 4 copied 0 failed 0 held, exit 0, stopped by nothing", "4 planned 0 copied 0 failed 0 held, exit 0, stopped by nothing"},
	} {
		w := newWorld(t)
		w.toBoth(2)
		w.options.Limit, w.options.Limits.MaxCopies = c.limit, c.most
		if got := became(w.audit()); got != c.audit {
			t.Errorf("audit with --limit %d and max_copies %d = %s, want %s", c.limit, c.most, got, c.audit)
		}
		if got := became(w.sync()); got != c.sync {
			t.Errorf("sync with --limit %d and max_copies %d = %s, want %s", c.limit, c.most, got, c.sync)
		}
	}
}

func TestTheReasonNamesTheLimitAndTheSetting(t *testing.T) {
	w := newWorld(t)
	w.toBoth(2)
	hook := w.logged()
	w.options.Limits.MaxCopies = 1
	const why = "the limit of copies for this run is reached: limits.max_copies is 1"
	r := w.sync()
	if got := strings.Count(reasons(r), why); got != 3 || r.Run.Stopped.Reason != why {
		t.Errorf("%d reasons and %q, want 3 that say %q:\n%s", got, r.Run.Stopped.Reason, why, reasons(r))
	}
	said := 0
	for _, e := range hook.AllEntries() {
		if e.Level == logrus.WarnLevel && strings.Contains(e.Message, why) {
			said++
		}
	}
	if said != 1 {
		t.Errorf("the log says it %d times, want once", said)
	}
	hook.Reset()
	if r := w.audit(); r.Totals.Outcomes[report.Held] == 0 || says(hook, logrus.WarnLevel, "") {
		t.Errorf("an audit, which stops nothing, holds %d and warns: %t", r.Totals.Outcomes[report.Held], says(hook, logrus.WarnLevel, ""))
	}
}

func TestFailuresEndTheCopyingOfAllPairs(t *testing.T) {
	w := newWorld(t)
	w.toBoth(3)
	w.options.Limits.MaxFailures = 2
	w.failing(func(int32) bool { return true })
	r := w.sync()
	if got, want := became(r), "0 planned 0 copied 2 failed 4 held, exit 3, stopped by limits.max_failures"; got != want {
		t.Errorf("sync = %s, want %s", got, want)
	}
	if why := "2 copies of this run failed, and limits.max_failures is 2"; strings.Count(reasons(r), why) != 4 {
		t.Errorf("reasons:\n%s\nwant 4 that say %q", reasons(r), why)
	}
	w.options.Limits.MaxFailures = 7
	if got, want := became(w.sync()), "0 planned 0 copied 6 failed 0 held, exit 0, stopped by nothing"; got != want {
		t.Errorf("sync with fewer failures than the limit = %s, want %s", got, want)
	}
}

func TestTheShareOfFailuresCountsAfterTenTries(t *testing.T) {
	half := func(n int32) bool { return n%2 == 0 }
	all := func(int32) bool { return true }
	for _, c := range []struct {
		images, percent int
		fails           func(int32) bool
		want            string
	}{
		{12, 50, half, "0 planned 5 copied 5 failed 2 held, exit 3, stopped by limits.max_failure_percent"},
		{12, 51, half, "0 planned 6 copied 6 failed 0 held, exit 0, stopped by nothing"},
		{12, 100, all, "0 planned 0 copied 10 failed 2 held, exit 3, stopped by limits.max_failure_percent"},
		{9, 1, all, "0 planned 0 copied 9 failed 0 held, exit 0, stopped by nothing"},
	} {
		w := newWorld(t)
		w.promoted(c.images)
		w.options.Copy = 1
		w.options.Limits.MaxFailurePercent = c.percent
		w.failing(c.fails)
		r := w.sync()
		if got := became(r); got != c.want {
			t.Errorf("sync of %d images with max_failure_percent %d = %s, want %s", c.images, c.percent, got, c.want)
		}
		if why := fmt.Sprintf("5 of the 10 copies that this run tried failed, and limits.max_failure_percent is %d", c.percent); c.percent == 50 &&
			!strings.Contains(reasons(r), why) {
			t.Errorf("reasons:\n%s\nwant %q", reasons(r), why)
		}
	}
}

// A success that has to be taken back is a failure.
func TestWhatDidNotArriveCountsAsFailed(t *testing.T) {
	w := newWorld(t)
	w.toBoth(2)
	w.options.Limits.MaxFailures = 2
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		return answer(http.StatusOK, "application/json", `{"messages":[{"level":"INFO","message":"completed successfully, 1 artifacts"}]}`)
	}))
	if got, want := became(w.sync()), "0 planned 0 copied 2 failed 2 held, exit 3, stopped by limits.max_failures"; got != want {
		t.Errorf("sync = %s, want %s", got, want)
	}
}

// The end of the run's time lets copies end, like an interrupt, and is told
// from one.
func TestTheEndOfTimeHoldsTheRest(t *testing.T) {
	w := newWorld(t)
	w.promoted(5)
	w.options.Copy = 1
	w.options.FailOn = []plan.State{plan.Missing}
	ctx, cancel := context.WithCancelCause(t.Context())
	w.failing(func(n int32) bool {
		if n == 2 {
			cancel(reconcile.TimeoutError{After: 5 * time.Minute})
		}
		return false
	})
	r := reconcile.Run(ctx, w.options)
	if got, want := became(r), "0 planned 2 copied 0 failed 3 held, exit 1, stopped by run_timeout"; got != want {
		t.Errorf("sync = %s, want %s", got, want)
	}
	if r.Run.Interrupted || strings.Count(reasons(r), "the run's time is over: run_timeout is 5m0s") != 3 {
		t.Errorf("interrupted %t, reasons:\n%s\nwant 3 that name the timeout", r.Run.Interrupted, reasons(r))
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if got, want := became(reconcile.Run(ctx, w.options)), "0 planned 0 copied 0 failed 0 held, exit 130, stopped by signal"; got != want {
		t.Errorf("interrupted sync = %s, want %s", got, want)
	}
}

// Wherever it comes, what is held says so: before an image's next attachment,
// and while the server is asked once more what is there.
func TestTheEndOfTimeIsTheReasonWhereverItComes(t *testing.T) {
	for operation, n := range map[string]int32{"copy": 1, "aql": 3} {
		w := newWorld(t)
		image := w.promoted(1)[0]
		seed.Attest(w.tree(), dev, image.Path, image.Digest, "{}")
		ctx, cancel := context.WithCancelCause(t.Context())
		var began atomic.Int32
		w.server.SetIntercept(only(operation, func(*http.Request) http.Handler {
			if began.Add(1) == n {
				cancel(reconcile.TimeoutError{After: time.Hour})
			}
			return nil
		}))
		r := reconcile.Run(ctx, w.options)
		held := r.Totals.Outcomes[report.Held]
		if got := strings.Count(reasons(r), "run_timeout is 1h0m0s"); held == 0 || got != held {
			t.Errorf("at request %d of %s: %s, of which %d name the timeout:\n%s", n, operation, became(r), got, reasons(r))
		}
	}
}

func TestWithTimeout(t *testing.T) {
	ctx, cancel := reconcile.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	var e reconcile.TimeoutError
	if !errors.As(context.Cause(ctx), &e) || e.After != time.Nanosecond || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("WithTimeout(1ns) ended with %v because of %v, want canceled because of its own error", ctx.Err(), context.Cause(ctx))
	}
	for _, d := range []time.Duration{0, time.Hour} {
		ctx, cancel := reconcile.WithTimeout(t.Context(), d)
		if ctx.Err() != nil {
			t.Errorf("WithTimeout(%s) has ended", d)
		}
		cancel()
		if ctx.Err() == nil || errors.As(context.Cause(ctx), &e) {
			t.Errorf("WithTimeout(%s), ended before, has the cause %v, want no timeout", d, context.Cause(ctx))
		}
	}
}
