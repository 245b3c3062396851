package tracing_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	collecting "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// The secret of a header, as it is and as the variable has it.
const (
	canary  = `Canary "9/ä<" word-of-secret`
	escaped = "Canary%20%229/%C3%A4%3C%22%20word-of-secret%20"
)

// leaks tells whether a text has the secret in it, or a part of it.
func leaks(lines []string) bool {
	text := strings.Join(lines, "")
	return strings.Contains(text, "word-of-secret") || strings.Contains(text, "Canary") || strings.Contains(text, "path-of-customer")
}

// closed is where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

// certificate is a file with one.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A collector that takes nothing costs lines of the log for a run, not for a batch.
func TestCollectorThatTakesNothing(t *testing.T) {
	refuse := func(status int, body func(r *http.Request) string) *collector {
		return newCollector(t, func(w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body(r)))
			return true
		})
	}
	partial, err := proto.Marshal(&collecting.ExportTraceServiceResponse{
		PartialSuccess: &collecting.ExportTracePartialSuccess{RejectedSpans: 1, ErrorMessage: "too old"},
	})
	if err != nil {
		t.Fatal(err)
	}
	answers := 0
	for name, c := range map[string]struct {
		url  string
		want string // in the log
		most int    // lines of the log
	}{
		"nobody is there":  {closed(t), "connection refused", 2},
		"an error":         {refuse(500, func(*http.Request) string { return "out of order" }).url, "out of order", 2},
		"a login is asked": {refuse(401, func(r *http.Request) string { return "who is " + r.Header.Get("X-Key") }).url, "who is ***", 2},
		"the login is shown quoted": {refuse(400, func(r *http.Request) string {
			key := r.Header.Get("X-Key")
			inJSON, _ := json.Marshal(key)
			return fmt.Sprintf("%q %+q %s %s %s %s", key, key, inJSON, strings.Fields(key), url.QueryEscape(key), url.PathEscape(key))
		}).url, "400 Bad Request", 2},
		"the path is a secret":     {refuse(500, func(*http.Request) string { return "no" }).url + "/path-of-customer", "500 Internal", 2},
		"each answer is another":   {refuse(500, func(*http.Request) string { answers++; return strings.Repeat("x", answers) }).url, "body: x", 6},
		"each answer has a number": {refuse(500, func(*http.Request) string { answers++; return fmt.Sprint("request ", answers) }).url, "request", 2},
		"a long page":              {refuse(500, func(*http.Request) string { return strings.Repeat("\x1b[2Jx\n", 1<<14) }).url, "500 Internal", 2},
		"not the whole batch": {newCollector(t, func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/x-protobuf")
			_, _ = w.Write(partial)
			return true
		}).url, "too old", 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, map[string]string{
				"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1", "OTEL_EXPORTER_OTLP_HEADERS": "x-key=" + escaped,
			})
			tracer := w.start(t)
			ctx, end := tracer.Run(t.Context(), "sync", "id", "")
			for range 20 {
				_, ended := tracer.Request(ctx, "main", "aql")
				ended(http.StatusOK, nil)
			}
			end(0)
			if err := tracer.Stop(t.Context()); err != nil {
				t.Errorf("Stop = %v, want nil: it ended in time", err)
			}
			lines := w.lines()
			if len(lines) == 0 || len(lines) > c.most || !strings.Contains(lines[0], c.want) {
				t.Errorf("the log has %d lines: %.4000q, want %d at most, of %s", len(lines), lines, c.most, c.want)
			}
			for _, line := range lines {
				if len(line) > 4096 || strings.ContainsRune(strings.TrimSpace(line), '\x1b') {
					t.Errorf("the log has a line of %d bytes", len(line))
				}
			}
			if leaks(lines) {
				t.Errorf("the log has a secret: %.4000q", lines)
			}
			last := w.LastEntry()
			if last.Data["spans"] != int64(21) || last.Data["refused"] != int64(21) || last.Data["dropped"] != int64(0) {
				t.Errorf("the log ends with %v %v, want 21 of 21 spans refused", last.Message, last.Data)
			}
		})
	}
}

// What went wrong in a run is said again in the next: somebody may have mended it
// in between.
func TestTroubleIsSaidOnceARun(t *testing.T) {
	c := newCollector(t, func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	w := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1"})
	said := make(chan struct{}, 100)
	logger, ok := w.options.Log.(*logrus.Logger)
	if !ok {
		t.Fatal("not a logger")
	}
	logger.AddHook(fired(said))
	tracer := w.start(t)
	for range 2 {
		_, end := tracer.Run(t.Context(), "sync", "id", "")
		end(0)
		<-said
	}
	if err := tracer.Stop(t.Context()); err != nil || len(w.lines()) != 3 {
		t.Errorf("Stop = %v, the log says %q, want two warnings and what was lost", err, w.lines())
	}
}

// fired tells of each entry of a log.
type fired chan struct{}

func (fired) Levels() []logrus.Level { return logrus.AllLevels }

func (f fired) Fire(*logrus.Entry) error { f <- struct{}{}; return nil }

// A collector that lets everybody wait holds up nobody longer than the context,
// and nothing stays behind.
func TestCollectorThatHoldsUp(t *testing.T) {
	for name, status := range map[string]int{"it does not answer": 0, "it wants to be asked again": 503} {
		for protocol, variables := range map[string]map[string]string{
			"HTTP": nil, "gRPC": {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
		} {
			t.Run(name+" over "+protocol, func(t *testing.T) {
				began, gone := make(chan struct{}, 10), make(chan struct{}, 10)
				c := newCollector(t, func(w http.ResponseWriter, r *http.Request) bool {
					w.Header().Set("Retry-After", "20")
					if status != 0 {
						w.WriteHeader(status)
					}
					began <- struct{}{}
					if status == 0 {
						<-r.Context().Done()
						gone <- struct{}{}
					}
					return true
				})
				if protocol == "gRPC" {
					c = silent(t, began)
				}
				t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.url)
				w := newWorld(t, variables)
				tracer := w.start(t)
				story(t, tracer)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() {
					<-began
					cancel()
				}()
				err := tracer.Stop(ctx)
				if !errors.Is(err, context.Canceled) || err.Error() != "send traces, 7 of 7 spans are lost: context canceled" {
					t.Errorf("Stop = %v, want that 7 spans are lost", err)
				}
				if status == 0 && protocol == "HTTP" {
					<-gone
				}
				awaitNone(t)
				if lines := w.lines(); len(lines) > 0 {
					t.Errorf("the log says %q, want nothing: the error says it", lines)
				}
			})
		}
	}
}

// silent listens, and says nothing to who connects.
func silent(t *testing.T, began chan<- struct{}) *collector {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			defer connection.Close()
			began <- struct{}{}
		}
	}()
	return &collector{url: "http://" + listener.Addr().String()}
}

// awaitNone waits until no goroutine of the tracer is left.
func awaitNone(t *testing.T) {
	t.Helper()
	var stacks string
	for range 1_000_000 {
		all := make([]byte, 1<<20)
		stacks = string(all[:runtime.Stack(all, true)])
		if !strings.Contains(stacks, "sdk/trace.") && !strings.Contains(stacks, "tracing.(*delivery)") && !strings.Contains(stacks, "otlptrace") {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("goroutines are left:\n%s", stacks)
}

func TestNothingIsLeftAfterStop(t *testing.T) {
	for protocol, c := range map[string]*collector{"http/protobuf": newCollector(t, nil), "grpc": newGRPCCollector(t)} {
		t.Run(protocol, func(t *testing.T) {
			tracer := newWorld(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_EXPORTER_OTLP_PROTOCOL": protocol}).start(t)
			story(t, tracer)
			if err := tracer.Stop(t.Context()); err != nil || len(c.spans()) != 7 {
				t.Errorf("Stop = %v after %d spans, want nil after 7", err, len(c.spans()))
			}
			awaitNone(t)
		})
	}
}

// Spans that come faster than they are taken are dropped, and counted.
func TestSpansThatCameTooFast(t *testing.T) {
	held, release := make(chan struct{}, 1000), make(chan struct{})
	c := newCollector(t, func(http.ResponseWriter, *http.Request) bool {
		held <- struct{}{}
		<-release
		return false
	})
	w := newWorld(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_BSP_MAX_QUEUE_SIZE": "3", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1",
	})
	tracer := w.start(t)
	_, end := tracer.Phase(t.Context(), "first", "")
	end()
	<-held // its batch is on the way, and the queue empty
	for range 50 {
		_, ended := tracer.Request(t.Context(), "main", "aql")
		ended(http.StatusOK, nil)
	}
	close(release)
	if err := tracer.Stop(t.Context()); err != nil {
		t.Errorf("Stop = %v, want nil", err)
	}
	e := w.LastEntry()
	if lines := w.lines(); len(lines) != 1 || e.Level != logrus.WarnLevel || e.Data["spans"] != int64(51) || e.Data["dropped"] != int64(47) || e.Data["refused"] != int64(0) {
		t.Errorf("the log says %q, want that 47 of 51 spans were dropped", lines)
	}
}

// What the SDK cannot read is said in the log, without the values.
func TestVariablesThatCannotBeRead(t *testing.T) {
	c := newCollector(t, nil)
	for name, tc := range map[string]struct {
		variables map[string]string
		want      string
	}{
		"headers without values": {map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": "word-of-secret"}, "parse headers"},
		"headers without names":  {map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": "a b=word-of-secret"}, "invalid header key"},
		"headers badly escaped":  {map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": "key=word-of-secret%zz"}, "not percent-encoded"},
		"a timeout":              {map[string]string{"OTEL_EXPORTER_OTLP_TIMEOUT": "10s"}, "parse duration"},
		"a sampler":              {map[string]string{"OTEL_TRACES_SAMPLER": "some\x1btimes"}, "unsupported sampler: some?times"},
		"a sampler's share":      {map[string]string{"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "half"}, "half"},
		"a file of certificates": {map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": "/not/there.pem"}, "/not/there.pem"},
		"attributes":             {map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "a=1,b"}, "missing value: [b]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.url)
			w := newWorld(t, tc.variables)
			tracer := w.start(t)
			before := len(c.requests())
			story(t, tracer)
			if err := tracer.Stop(t.Context()); err != nil || len(c.requests()) != before+1 {
				t.Errorf("Stop = %v after %d requests, want nil after one: the rest of the environment holds", err, len(c.requests())-before)
			}
			if lines := w.lines(); len(lines) != 1 || !strings.Contains(lines[0], tc.want) || strings.Contains(lines[0], "%z") || leaks(lines) {
				t.Errorf("the log says %q, want one warning with %q and no secret", lines, tc.want)
			}
		})
	}
}
