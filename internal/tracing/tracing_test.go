package tracing_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/sigsync/sigsync/internal/tracing"
)

// story is a run with a request in one of its phases.
func story(t *testing.T, tracer *tracing.Tracer) {
	t.Helper()
	ctx, endRun := tracer.Run(t.Context(), "sync", "20260817T120000Z-aa", "schedule")
	scan, endScan := tracer.Phase(ctx, "scan", "")
	_, endQuery := tracer.Request(scan, "main", "aql")
	endQuery(http.StatusOK, nil)
	endScan()
	execute, endExecute := tracer.Phase(ctx, "execute", "dev-to-prod")
	_, endCopy := tracer.Request(execute, "main", "copy")
	endCopy(http.StatusForbidden, nil)
	_, endLook := tracer.Request(execute, "main", "storage")
	endLook(http.StatusNotFound, nil)
	_, endPush := tracer.Request(execute, "other", "push")
	endPush(0, errors.New("connection reset"))
	endExecute()
	endRun(3)
}

// seen is a span as a collector has it.
type seen struct {
	Parent, Kind, Status, Why string
	Attributes                map[string]any
}

func attributes(list []*common.KeyValue) map[string]any {
	found := map[string]any{}
	for _, a := range list {
		switch v := a.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			found[a.GetKey()] = v.StringValue
		case *common.AnyValue_IntValue:
			found[a.GetKey()] = int(v.IntValue)
		default:
			found[a.GetKey()] = fmt.Sprint(v)
		}
	}
	return found
}

// tree names the parents of spans instead of numbering them.
func tree(t *testing.T, spans map[string]*traces.Span) map[string]seen {
	t.Helper()
	names, trace := map[string]string{}, ""
	for name, span := range spans {
		names[string(span.GetSpanId())] = name
		if id := fmt.Sprintf("%x", span.GetTraceId()); trace != "" && id != trace {
			t.Errorf("spans of traces %s and %s, want of one", trace, id)
		} else {
			trace = id
		}
	}
	found := map[string]seen{}
	for name, span := range spans {
		found[name] = seen{
			Parent: names[string(span.GetParentSpanId())], Kind: strings.TrimPrefix(span.GetKind().String(), "SPAN_KIND_"),
			Status: strings.TrimPrefix(span.GetStatus().GetCode().String(), "STATUS_CODE_"), Why: span.GetStatus().GetMessage(),
			Attributes: attributes(span.GetAttributes()),
		}
	}
	return found
}

func TestSpans(t *testing.T) {
	for name, c := range map[string]struct {
		collector *collector
		variables map[string]string
	}{
		"over HTTP": {newCollector(t, nil), nil},
		"over gRPC": {newGRPCCollector(t), map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}},
		"over gRPC for traces alone": {newGRPCCollector(t), map[string]string{
			"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.collector.url)
			w := newWorld(t, c.variables)
			tracer := w.start(t)
			story(t, tracer)
			if err := tracer.Stop(t.Context()); err != nil {
				t.Errorf("Stop = %v, want nil", err)
			}
			request := func(server, operation string, status int) map[string]any {
				said := map[string]any{"sigsync.server": server, "sigsync.operation": operation}
				if status != 0 {
					said["http.response.status_code"] = status
				}
				return said
			}
			want := map[string]seen{
				"sync": {"", "INTERNAL", "ERROR", "exit code 3", map[string]any{
					"sigsync.mode": "sync", "sigsync.run.id": "20260817T120000Z-aa", "sigsync.trigger": "schedule", "sigsync.exit_code": 3,
				}},
				"scan":    {"sync", "INTERNAL", "UNSET", "", map[string]any{"sigsync.phase": "scan"}},
				"execute": {"sync", "INTERNAL", "UNSET", "", map[string]any{"sigsync.phase": "execute", "sigsync.pair": "dev-to-prod"}},
				"aql":     {"scan", "CLIENT", "UNSET", "", request("main", "aql", 200)},
				"copy":    {"execute", "CLIENT", "ERROR", "", request("main", "copy", 403)},
				"storage": {"execute", "CLIENT", "UNSET", "", request("main", "storage", 404)},
				"push":    {"execute", "CLIENT", "ERROR", "connection reset", request("other", "push", 0)},
			}
			if diff := cmp.Diff(want, tree(t, c.collector.spans())); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
			about := c.collector.about()
			if about["service.name"] != "sigsync" || about["service.version"] != "1.2.3" || about["telemetry.sdk.language"] != "go" {
				t.Errorf("resource = %v, want that of sigsync 1.2.3", about)
			}
			if lines := w.lines(); len(lines) > 0 {
				t.Errorf("the log says %q, want nothing", lines)
			}
		})
	}
}

// A run that ended well is no error, and has no trigger that nobody named.
func TestRunThatEndsWell(t *testing.T) {
	c := newCollector(t, nil)
	tracer := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url}).start(t)
	_, end := tracer.Run(t.Context(), "audit", "id", "")
	end(0)
	if err := tracer.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[string]seen{"audit": {"", "INTERNAL", "UNSET", "", map[string]any{
		"sigsync.mode": "audit", "sigsync.run.id": "id", "sigsync.exit_code": 0,
	}}}
	if diff := cmp.Diff(want, tree(t, c.spans())); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

// Runs of one process are traces of their own, whatever span their context has.
func TestEachRunIsATrace(t *testing.T) {
	c := newCollector(t, nil)
	tracer := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url}).start(t)
	first, endFirst := tracer.Run(t.Context(), "first", "1", "")
	_, endSecond := tracer.Run(first, "second", "2", "")
	endSecond(0)
	endFirst(0)
	if err := tracer.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := c.spans()
	if string(spans["first"].GetTraceId()) == string(spans["second"].GetTraceId()) || len(spans["second"].GetParentSpanId()) > 0 {
		t.Errorf("the second run is in the first one's trace")
	}
}

func TestWhatTheEnvironmentSays(t *testing.T) {
	c := newCollector(t, nil)
	w := newWorld(t, map[string]string{
		"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": c.url + "/tempo/in",
		"OTEL_SERVICE_NAME": "signatures", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=prod,service.version=9",
		"OTEL_EXPORTER_OTLP_HEADERS": "x-scope=team%20a,authorization=Bearer%20canary", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
	})
	tracer := w.start(t)
	story(t, tracer)
	if err := tracer.Stop(t.Context()); err != nil {
		t.Errorf("Stop = %v, want nil", err)
	}
	if n := len(c.spans()); n != 7 {
		t.Errorf("%d spans came, want 7", n)
	}
	about := c.about()
	if about["service.name"] != "signatures" || about["deployment.environment.name"] != "prod" || about["service.version"] != "9" {
		t.Errorf("resource = %v, want what the environment says", about)
	}
	asked := c.requests()[0]
	got := []string{c.paths[0], asked.Get("X-Scope"), asked.Get("Authorization"), asked.Get("Content-Encoding"), asked.Get("Content-Type")}
	want := []string{"/tempo/in", "team a", "Bearer canary", "gzip", "application/x-protobuf"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("path and headers (-want +got):\n%s", diff)
	}
}

func TestStandardPath(t *testing.T) {
	c := newCollector(t, nil)
	tracer := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url}).start(t)
	story(t, tracer)
	if err := tracer.Stop(t.Context()); err != nil || len(c.paths) != 1 || c.paths[0] != "/v1/traces" {
		t.Errorf("Stop = %v after requests to %v, want one to /v1/traces", err, c.paths)
	}
}

func TestSampler(t *testing.T) {
	c := newCollector(t, nil)
	tracer := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_TRACES_SAMPLER": "always_off"}).start(t)
	story(t, tracer)
	if err := tracer.Stop(t.Context()); err != nil || len(c.requests()) > 0 {
		t.Errorf("Stop = %v after %d requests, want nil and none", err, len(c.requests()))
	}
}

func TestStartWithoutTraces(t *testing.T) {
	const collector, alone = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	const there = "http://127.0.0.1:4318"
	for name, c := range map[string]struct {
		variables map[string]string
		want      string // in the log
	}{
		"nothing is said":        {nil, ""},
		"the SDK is off":         {map[string]string{collector: there, "OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "True"}, ""},
		"none":                   {map[string]string{collector: there, "OTEL_TRACES_EXPORTER": "none"}, ""},
		"the endpoint is empty":  {map[string]string{collector: " "}, ""},
		"metrics alone":          {map[string]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": there}, ""},
		"another exporter":       {map[string]string{collector: there, "OTEL_TRACES_EXPORTER": "zipkin"}, "zipkin"},
		"JSON":                   {map[string]string{collector: there, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, "http/json"},
		"an unprintable one":     {map[string]string{collector: there, "OTEL_TRACES_EXPORTER": "a\x1b[2J"}, "a?[2J"},
		"no scheme":              {map[string]string{collector: "collector:4318"}, collector},
		"no host":                {map[string]string{collector: "https:///v1"}, collector},
		"no scheme, for traces":  {map[string]string{collector: there, alone: "127.0.0.1:4318"}, alone},
		"a socket over HTTP":     {map[string]string{collector: "unix:///run/collector"}, collector},
		"a password breaks it":   {map[string]string{collector: "http://me:canary/canary@collector"}, collector},
		"another scheme, gRPC":   {map[string]string{collector: "collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, collector},
		"disabled before a typo": {map[string]string{collector: "collector:4318", "OTEL_SDK_DISABLED": "true"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.variables)
			tracer, err := tracing.Start(t.Context(), w.options)
			if tracer != nil || err != nil {
				t.Errorf("Start = %v, %v, want nil, nil", tracer, err)
			}
			lines := w.lines()
			switch {
			case c.want == "" && len(lines) > 0:
				t.Errorf("the log says %q, want nothing", lines)
			case c.want != "" && (len(lines) != 1 || !strings.Contains(lines[0], c.want) || !strings.Contains(lines[0], "level=warning")):
				t.Errorf("the log says %q, want one warning of %s", lines, c.want)
			}
			if strings.Contains(strings.Join(lines, ""), "canary") {
				t.Errorf("the log has a secret: %q", lines)
			}
		})
	}
}

func TestStartWithAnotherExporterToo(t *testing.T) {
	c := newCollector(t, nil)
	w := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_TRACES_EXPORTER": "console, otlp"})
	story(t, w.start(t))
	if lines := w.lines(); len(lines) != 1 || !strings.Contains(lines[0], "console") {
		t.Errorf("the log says %q, want one warning of console", lines)
	}
}

// An http endpoint with certificates is a contradiction that the SDK refuses.
func TestStartThatFails(t *testing.T) {
	w := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_CERTIFICATE": certificate(t)})
	tracer, err := tracing.Start(t.Context(), w.options)
	if tracer != nil || err == nil || !strings.HasPrefix(err.Error(), "start traces: ") {
		t.Errorf("Start = %v, %v, want an error", tracer, err)
	}
}

// reasoned is like the errors of the clients.
type reasoned struct{}

func (reasoned) Error() string  { return "GET https://main.example/secret/path: 403: no" }
func (reasoned) Reason() string { return "no\x1b[2J" }

func TestWhyARequestFailed(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"without the URL":       {fmt.Errorf("list: %w", &url.Error{Op: "Get", URL: "https://main.example/x?token=1", Err: errors.New("reset")}), "reset"},
		"in the server's words": {fmt.Errorf("list: %w", reasoned{}), "no?[2J"},
		"printable":             {errors.New("a\nb\u202ec"), "a?b?c"},
		"short":                 {errors.New("a" + strings.Repeat("é", 4000)), "a" + strings.Repeat("é", 499) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			c, want, err := newCollector(t, nil), c.want, c.err
			tracer := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url}).start(t)
			_, end := tracer.Request(t.Context(), "main", "aql")
			end(http.StatusNotFound, err)
			if err := tracer.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := tree(t, c.spans())["aql"]; got.Status != "ERROR" || got.Why != want {
				t.Errorf("status = %s %q, want ERROR %q", got.Status, got.Why, want)
			}
		})
	}
}

func TestNilDoesNothing(t *testing.T) {
	var tracer *tracing.Tracer
	ctx, endRun := tracer.Run(t.Context(), "sync", "id", "")
	ctx, endPhase := tracer.Phase(ctx, "scan", "")
	ctx, endRequest := tracer.Request(ctx, "main", "aql")
	endRequest(500, errors.New("no"))
	endPhase()
	endRun(1)
	if err := tracer.Stop(ctx); err != nil || ctx != t.Context() {
		t.Errorf("Stop = %v with another context: %t", err, ctx != t.Context())
	}
	if n := testing.AllocsPerRun(100, func() {
		_, end := tracer.Request(ctx, "main", "aql")
		end(200, nil)
	}); n != 0 {
		t.Errorf("Request of nil allocates %v times, want 0", n)
	}
}

func TestSpansAfterStop(t *testing.T) {
	c := newCollector(t, nil)
	w := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url})
	tracer := w.start(t)
	_, late := tracer.Phase(t.Context(), "late", "")
	for range 2 {
		if err := tracer.Stop(t.Context()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}
	}
	late()
	story(t, tracer)
	if n := len(c.requests()); n > 0 || len(w.lines()) > 0 {
		t.Errorf("%d requests after Stop, and the log says %q, want none", n, w.lines())
	}
}
