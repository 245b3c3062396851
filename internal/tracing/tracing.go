package tracing

import (
	"context"
	"fmt"
	"sync"

	"github.com/go-logr/logr"
	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Options say what traces are of.
type Options struct {
	// Lookup looks up an environment variable, as os.LookupEnv does. It decides
	// whether there are traces, and over which protocol. The SDK reads its own
	// variables, how and where to send, in the process's environment.
	Lookup func(name string) (string, bool)
	// Version is the program's, for the attribute service.version.
	Version string
	// Log gets a warning for each kind of thing that goes wrong with traces.
	Log logrus.FieldLogger
}

// Tracer makes spans and sends them to a collector. A nil one does nothing. It is
// safe for concurrent use.
type Tracer struct {
	spans    trace.Tracer
	provider *sdk.TracerProvider
	queue    *queue
	delivery *delivery
	log      *journal
	stop     sync.Once
}

// Start returns nil where the environment asks for no traces, and, after a
// warning, where it asks for such as there are none of. The SDK's logger and its
// error handler, of which a process has one, tell Log from then on. An error says
// why there are no traces; a run does not need them.
func Start(ctx context.Context, o Options) (*Tracer, error) {
	variables := environment(o.Lookup)
	log := newJournal(o.Log, variables.hider())
	asked, lacking := variables.asks()
	for _, name := range lacking {
		o.Log.WithField("exporter", clip(name)).Warn("OTEL_TRACES_EXPORTER: there are no traces but those of otlp")
	}
	if !asked {
		return nil, nil
	}
	protocol := variables.protocol()
	if protocol != overHTTP && protocol != overGRPC {
		o.Log.WithField("protocol", clip(protocol)).Warn("OTEL_EXPORTER_OTLP_PROTOCOL: no traces are sent but over http/protobuf and grpc")
		return nil, nil
	}
	if name := variables.misplaced(protocol); name != "" {
		o.Log.Warnf("%s: no traces are sent to what is no URL, as in http://collector:4318", name)
		return nil, nil
	}
	otel.SetLogger(logr.New(sdkLog{log}))
	otel.SetErrorHandler(log)
	exporter, err := otlptrace.New(ctx, client(protocol))
	if err != nil {
		return nil, fmt.Errorf("start traces: %w", err)
	}
	t := &Tracer{delivery: &delivery{SpanExporter: exporter, log: log, ended: make(chan struct{})}, log: log}
	t.queue = &queue{SpanProcessor: sdk.NewBatchSpanProcessor(t.delivery)}
	t.provider = sdk.NewTracerProvider(sdk.WithSpanProcessor(t.queue), sdk.WithResource(about(ctx, o.Version)))
	t.spans = t.provider.Tracer("github.com/sigsync/sigsync", trace.WithInstrumentationVersion(o.Version))
	return t, nil
}

func client(protocol string) otlptrace.Client {
	if protocol == overGRPC {
		return otlptracegrpc.NewClient()
	}
	return otlptracehttp.NewClient()
}

// about says whose traces these are. What the environment says comes last, and
// so before the rest. What of it cannot be read is left out: the provider reads it
// again, and says so.
func about(ctx context.Context, version string) *resource.Resource {
	found, _ := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "sigsync"), attribute.String("service.version", version)),
		resource.WithFromEnv())
	return found
}

// Stop sends what is left, and ends. Spans that end later are lost. When ctx ends
// first, what was not sent by then is lost too, and the error says how many spans
// are. The log says how many were lost before.
func (t *Tracer) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	var err error
	t.stop.Do(func() { err = t.end(ctx) })
	return err
}

func (t *Tracer) end(ctx context.Context) error {
	err := t.queue.Shutdown(ctx)
	close(t.delivery.ended)
	came, taken, delivered := t.queue.came.Load(), t.delivery.taken.Load(), t.delivery.delivered.Load()
	// What is shut down already is not shut down again: no more spans are made.
	_ = t.provider.Shutdown(context.WithoutCancel(ctx))
	if err != nil {
		return fmt.Errorf("send traces, %d of %d spans are lost: %w", came-delivered, came, err)
	}
	if came > delivered {
		t.log.log.WithFields(logrus.Fields{"spans": came, "dropped": came - taken, "refused": taken - delivered}).
			Warn("spans are lost: those dropped came faster than the collector took them, those refused it did not take")
	}
	return nil
}
