package tracing_test

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/sirupsen/logrus"
	logged "github.com/sirupsen/logrus/hooks/test"
	collecting "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/sigsync/sigsync/internal/tracing"
)

// collector takes in traces.
type collector struct {
	collecting.UnimplementedTraceServiceServer

	url string
	// answer is asked before a batch is taken in, where there is one. It tells
	// whether it answered itself.
	answer func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	resource []*traces.ResourceSpans
	asked    []http.Header
	paths    []string
}

// newCollector is one over HTTP.
func newCollector(t *testing.T, answer func(w http.ResponseWriter, r *http.Request) bool) *collector {
	t.Helper()
	c := &collector{answer: answer}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.asked, c.paths = append(c.asked, r.Header.Clone()), append(c.paths, r.URL.Path)
	c.mu.Unlock()
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = unpacked
	}
	content, err := io.ReadAll(body)
	var batch collecting.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(content, &batch) != nil {
		http.Error(w, "not a batch", http.StatusBadRequest)
		return
	}
	if c.answer != nil && c.answer(w, r) {
		return
	}
	c.take(batch.GetResourceSpans())
}

// Export takes in a batch over gRPC.
func (c *collector) Export(ctx context.Context, batch *collecting.ExportTraceServiceRequest) (*collecting.ExportTraceServiceResponse, error) {
	header := http.Header{}
	said, _ := metadata.FromIncomingContext(ctx)
	for name, values := range said {
		header[http.CanonicalHeaderKey(name)] = values
	}
	c.mu.Lock()
	c.asked = append(c.asked, header)
	c.mu.Unlock()
	c.take(batch.GetResourceSpans())
	return &collecting.ExportTraceServiceResponse{}, nil
}

func newGRPCCollector(t *testing.T) *collector {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{url: "http://" + listener.Addr().String()}
	server := grpc.NewServer()
	collecting.RegisterTraceServiceServer(server, c)
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { server.Stop(); served.Wait() })
	return c
}

func (c *collector) take(batch []*traces.ResourceSpans) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resource = append(c.resource, batch...)
}

// requests returns the headers of what was asked so far.
func (c *collector) requests() []http.Header {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// spans returns what was taken in so far, by name.
func (c *collector) spans() map[string]*traces.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[string]*traces.Span{}
	for _, resource := range c.resource {
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				found[span.GetName()] = span
			}
		}
	}
	return found
}

// about returns what is said of who sent the traces.
func (c *collector) about() map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.resource) == 0 {
		return nil
	}
	return attributes(c.resource[0].GetResource().GetAttributes())
}

// world is an environment and a log.
type world struct {
	*logged.Hook

	options tracing.Options
}

// newWorld sets variables of this process: the SDK reads them by itself. "URL" is
// the collector's.
func newWorld(t *testing.T, variables map[string]string) *world {
	t.Helper()
	for name, value := range variables {
		t.Setenv(name, value)
	}
	log, hook := logged.NewNullLogger()
	return &world{Hook: hook, options: tracing.Options{Lookup: os.LookupEnv, Version: "1.2.3", Log: log}}
}

// start starts what is asked for.
func (w *world) start(t *testing.T) *tracing.Tracer {
	t.Helper()
	tracer, err := tracing.Start(t.Context(), w.options)
	if err != nil || tracer == nil {
		t.Fatalf("Start = %v, %v, want a tracer; the log: %v", tracer, err, w.lines())
	}
	t.Cleanup(func() { // one that a test left; stopping twice does nothing
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = tracer.Stop(ctx)
	})
	return tracer
}

// lines is the log as it would be shown.
func (w *world) lines() []string {
	var lines []string
	for _, e := range w.AllEntries() {
		line, err := (&logrus.TextFormatter{DisableTimestamp: true, DisableColors: true}).Format(e)
		if err != nil {
			line = []byte(err.Error())
		}
		lines = append(lines, string(line))
	}
	return lines
}
