// Package tracing sends OpenTelemetry traces of runs to a collector, over OTLP,
// where the standard environment variables ask for them: a span for the run,
// one for each phase, one for each request.
package tracing
