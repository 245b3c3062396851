package tracing

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Run begins the span of a run, the root of a trace, and returns what ends it
// with the exit code. trigger says what the run was started by; it may be "". Any
// code but 0 makes the span one of an error.
func (t *Tracer) Run(ctx context.Context, mode, id, trigger string) (context.Context, func(exitCode int)) {
	if t == nil {
		return ctx, func(int) {}
	}
	t.log.forget()
	said := []attribute.KeyValue{attribute.String("sigsync.mode", mode), attribute.String("sigsync.run.id", id)}
	if trigger != "" {
		said = append(said, attribute.String("sigsync.trigger", trigger))
	}
	ctx, span := t.spans.Start(ctx, mode, trace.WithNewRoot(), trace.WithAttributes(said...))
	return ctx, func(code int) {
		span.SetAttributes(attribute.Int("sigsync.exit_code", code))
		if code != 0 {
			span.SetStatus(codes.Error, fmt.Sprintf("exit code %d", code))
		}
		span.End()
	}
}

// Phase begins the span of a phase of a run, and returns what ends it. pair names
// the pair that the phase is about; "" is all of them.
func (t *Tracer) Phase(ctx context.Context, phase, pair string) (context.Context, func()) {
	if t == nil {
		return ctx, func() {}
	}
	said := []attribute.KeyValue{attribute.String("sigsync.phase", phase)}
	if pair != "" {
		said = append(said, attribute.String("sigsync.pair", pair))
	}
	ctx, span := t.spans.Start(ctx, phase, trace.WithAttributes(said...))
	return ctx, func() { span.End() }
}

// Request begins the span of a request, and returns what ends it with the status
// of the answer, 0 where none came, and why the request failed, nil where it did
// not. server is its name in the configuration, operation what the request is for.
// A status of 400 and above makes the span one of an error, but not 404: that is
// an answer, which says that something is not there.
func (t *Tracer) Request(ctx context.Context, server, operation string) (context.Context, func(status int, err error)) {
	if t == nil {
		return ctx, func(int, error) {}
	}
	ctx, span := t.spans.Start(ctx, operation, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("sigsync.server", server), attribute.String("sigsync.operation", operation)))
	return ctx, func(status int, err error) {
		if !span.IsRecording() {
			return
		}
		if status != 0 {
			span.SetAttributes(attribute.Int("http.response.status_code", status))
		}
		switch {
		case err != nil:
			span.SetStatus(codes.Error, describe(err))
		case status >= http.StatusBadRequest && status != http.StatusNotFound:
			span.SetStatus(codes.Error, "") // the status says it
		}
		span.End()
	}
}
