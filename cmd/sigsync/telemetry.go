package main

import (
	"context"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/tracing"
)

// telemetry is what is measured and traced of all runs of the program. Its
// tracer is nil where nobody asked for traces.
type telemetry struct {
	metrics *metrics.Metrics
	tracer  *tracing.Tracer
	now     func() time.Time
}

// newTelemetry measures; serving is for a process that goes on.
func newTelemetry(serving bool) *telemetry {
	return &telemetry{metrics: metrics.New(metrics.Options{Version: currentVersion(), Serving: serving}), now: time.Now}
}

// start returns what sends traces; nil where the environment asks for none.
func (t *telemetry) start(
	ctx context.Context, lookup func(string) (string, bool), log logrus.FieldLogger,
) (*tracing.Tracer, error) {
	return tracing.Start(ctx, tracing.Options{Lookup: lookup, Version: currentVersion(), Log: log})
}

func (t *telemetry) watchers() watchers {
	return watchers{request: t.request, throttled: t.metrics.Throttled}
}

// request is told of each request.
func (t *telemetry) request(ctx context.Context, server, operation string) (context.Context, func(status int, err error)) {
	began := t.now()
	ctx, ended := t.tracer.Request(ctx, server, operation)
	return ctx, func(status int, err error) {
		ended(status, err)
		t.metrics.Request(server, operation, status, t.now().Sub(began))
	}
}

// stopwatch measures the phases of one run.
type stopwatch struct {
	*telemetry
	mu   sync.Mutex
	took map[string]time.Duration
}

func (t *telemetry) stopwatch() *stopwatch {
	w := &stopwatch{telemetry: t, took: map[string]time.Duration{}}
	for _, phase := range reconcile.Phases() {
		w.took[string(phase)] = 0
	}
	return w
}

// phase is told of each phase.
func (w *stopwatch) phase(ctx context.Context, phase reconcile.Phase, pair string) (context.Context, func()) {
	began := w.now()
	ctx, ended := w.tracer.Phase(ctx, string(phase), pair)
	return ctx, func() {
		ended()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.took[string(phase)] += w.now().Sub(began)
	}
}
