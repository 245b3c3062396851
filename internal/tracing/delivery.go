package tracing

import (
	"context"
	"sync/atomic"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// delivery hands batches of spans to the collector, and counts them. What goes
// wrong it tells the journal: the SDK would tell the whole process's handler.
type delivery struct {
	sdk.SpanExporter

	log *journal
	// ended is closed when nobody waits for the collector any more.
	ended chan struct{}
	// taken are the spans that came out of the queue, delivered those that the
	// collector took.
	taken, delivered atomic.Int64
}

// ExportSpans sends a batch. It returns nil: there is nobody else to tell.
func (d *delivery) ExportSpans(ctx context.Context, batch []sdk.ReadOnlySpan) error {
	d.taken.Add(int64(len(batch)))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-d.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := d.SpanExporter.ExportSpans(ctx, batch)
	switch {
	case err == nil:
		d.delivered.Add(int64(len(batch)))
	case !d.over():
		d.log.warn("the collector does not take the traces", err)
	}
	return nil
}

// over tells whether nobody waits any more.
func (d *delivery) over() bool {
	select {
	case <-d.ended:
		return true
	default:
		return false
	}
}

// queue counts the spans that come to it, and lets them wait for a batch. Where
// they come faster than the collector takes them, the SDK drops what is too much.
type queue struct {
	sdk.SpanProcessor

	came atomic.Int64
}

// OnEnd takes a span that has ended.
func (q *queue) OnEnd(s sdk.ReadOnlySpan) {
	if s.SpanContext().IsSampled() {
		q.came.Add(1)
	}
	q.SpanProcessor.OnEnd(s)
}
