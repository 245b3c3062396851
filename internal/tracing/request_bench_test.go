package tracing_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/tracing"
)

// What a request costs more: the collector takes what comes, and looks at nothing.
func BenchmarkRequest(b *testing.B) {
	for _, c := range []struct{ name, sampler string }{{"off", ""}, {"sampled", "always_on"}, {"not sampled", "always_off"}} {
		b.Run(c.name, func(b *testing.B) {
			var tracer *tracing.Tracer
			if c.sampler != "" {
				server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
				defer server.Close()
				b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
				b.Setenv("OTEL_TRACES_SAMPLER", c.sampler)
				var err error
				if tracer, err = tracing.Start(b.Context(), tracing.Options{Lookup: os.LookupEnv, Log: &logrus.Logger{Out: io.Discard}}); err != nil {
					b.Fatal(err)
				}
			}
			ctx, end := tracer.Run(b.Context(), "sync", "id", "")
			b.ReportAllocs()
			for b.Loop() {
				_, ended := tracer.Request(ctx, "main", "copy")
				ended(http.StatusOK, nil)
			}
			end(0)
			if err := tracer.Stop(b.Context()); err != nil {
				b.Fatal(err)
			}
		})
	}
}
