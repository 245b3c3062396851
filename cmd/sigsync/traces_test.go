package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collecting "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// collector takes in traces over OTLP.
type collector struct {
	mu    sync.Mutex
	spans []*traces.Span
}

func (c *collector) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var batch collecting.ExportTraceServiceRequest
	if r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &batch) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range batch.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
}

// shape counts the spans by the names of all that they are within.
func (c *collector) shape() map[string]int {
	byID := map[string]*traces.Span{}
	for _, s := range c.spans {
		byID[string(s.GetSpanId())] = s
	}
	found := map[string]int{}
	for _, s := range c.spans {
		names := []string{s.GetName()}
		for at := byID[string(s.GetParentSpanId())]; at != nil; at = byID[string(at.GetParentSpanId())] {
			names = append(names, at.GetName())
		}
		slices.Reverse(names)
		found[strings.Join(names, " > ")]++
	}
	return found
}

// The requests of a run are in its phases. Servers are told nothing of traces:
// they are not ours.
func TestARunIsTraced(t *testing.T) {
	g := newGround(t, nil, "", func(s *tree.Store) {
		image := seed.Push(s, source, "team/app", "1.0", "team/app")
		seed.Sign(s, source, image.Path, image.Digest, "alice")
		seed.Promote(s, source, image.Path, "1.0", target, image.Path, "1.0")
	})
	told := 0
	g.server.SetIntercept(func(r *http.Request, _ string) http.Handler {
		for name := range r.Header {
			if strings.EqualFold(name, "traceparent") || strings.EqualFold(name, "baggage") {
				told++
			}
		}
		return nil
	})
	c := &collector{}
	web := httptest.NewServer(c)
	t.Cleanup(web.Close)
	run := g.sync(t.Context())
	run.Env = append(run.Env, "OTEL_EXPORTER_OTLP_ENDPOINT="+web.URL)
	if code, _ := run.ended(); code != 0 {
		t.Fatalf("exit code %d: %s", code, run.err.String())
	}
	got := c.shape()
	for want, times := range map[string]int{
		"sync": 1, "sync > preflight": 1, "sync > scan": 1, "sync > plan": 1, "sync > execute": 1,
		"sync > scan > aql": 2, "sync > execute > copy": 3, "sync > execute > aql": 2,
	} {
		if got[want] != times {
			t.Errorf("%d spans %s, want %d; there are %v", got[want], want, times, got)
		}
	}
	if told > 0 {
		t.Errorf("%d headers of traces were sent to the server, want none", told)
	}
}
