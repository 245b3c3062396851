package emulator_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
)

// bare makes a server without a network, for tests whose time is not real.
func bare(t *testing.T, change func(*emulator.Options)) *emulator.Server {
	t.Helper()
	options := defaults()
	change(&options)
	s, err := emulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request past the network.
func ask(ctx context.Context, s http.Handler, method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(ctx, method, "/artifactory"+path, strings.NewReader(body))
	request.SetBasicAuth("admin", "admin")
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bare(t, func(o *emulator.Options) { o.Latency = time.Hour })
		begin := time.Now()
		slow := ask(t.Context(), s, http.MethodGet, "/api/system/ping", "")
		if got := time.Since(begin); got != time.Hour || slow.Body.String() != "OK" {
			t.Errorf("request took %v and got %q, want 1h and OK", got, slow.Body)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin = time.Now()
		if got := ask(ctx, s, http.MethodGet, "/api/system/ping", ""); got.Body.Len() != 0 || time.Since(begin) != time.Minute {
			t.Errorf("cancelled request took %v and got %q, want 1m and nothing", time.Since(begin), got.Body)
		}
		s.SetLatency(0)
		begin = time.Now()
		ask(t.Context(), s, http.MethodGet, "/api/system/ping", "")
		if got := time.Since(begin); got != 0 {
			t.Errorf("request took %v after SetLatency(0)", got)
		}
	})
}

func TestConcurrentQueries(t *testing.T) {
	for _, c := range []struct {
		name string
		wait time.Duration
		want int
	}{
		{"4.6 too many at a time", 0, 429},
		{"4.6 waiting too short", time.Second, 429},
		{"4.6 waiting long enough", 10 * time.Second, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := bare(t, func(o *emulator.Options) {
					o.Latency, o.AQL = 3*time.Second, emulator.AQLLimits{Concurrency: 2, Wait: c.wait}
				})
				for range 2 {
					go ask(t.Context(), s, http.MethodPost, aqlPath, "items.find()")
				}
				synctest.Wait()
				got := ask(t.Context(), s, http.MethodPost, aqlPath, "items.find()")
				if got.Code != c.want || got.Header().Get("Retry-After") != "" {
					t.Errorf("third query = %d %s, want %d without Retry-After", got.Code, got.Body, c.want)
				}
				if other := ask(t.Context(), s, http.MethodGet, "/api/system/ping", ""); other.Code != 200 {
					t.Errorf("other request = %d, want 200", other.Code)
				}
			})
		})
	}
}

func TestWaitingQueryOfAClientThatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bare(t, func(o *emulator.Options) {
			o.Latency, o.AQL = time.Hour, emulator.AQLLimits{Concurrency: 1, Wait: time.Hour}
		})
		go ask(t.Context(), s, http.MethodPost, aqlPath, "items.find()")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		ask(ctx, s, http.MethodPost, aqlPath, "items.find()")
		if got := time.Since(begin); got != time.Second {
			t.Errorf("query waited %v after its client left", got-time.Second)
		}
	})
}

func TestIntercept(t *testing.T) {
	w := start(t, nil, "dev:f")
	teapot := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusTeapot) })
	w.SetIntercept(func(_ *http.Request, operation string) http.Handler {
		if operation == "copy" {
			return teapot
		}
		return nil
	})
	const path = "/api/copy/dev/f?to=/prod/f"
	if got := w.as("admin", http.MethodPost, path, ""); got.status != 418 || got.header.Get("X-JFrog-Version") == "" {
		t.Errorf("intercepted copy = %d, want 418 with the server's headers", got.status)
	}
	if got := w.as("admin", http.MethodGet, "/dev/f", ""); got.status != 200 {
		t.Errorf("other request = %d, want 200", got.status)
	}
	w.SetIntercept(nil)
	if got := w.as("admin", http.MethodPost, path, ""); got.status != 200 {
		t.Errorf("copy after SetIntercept(nil) = %d, want 200", got.status)
	}
}

func TestDirectPassesIntercepts(t *testing.T) {
	w := start(t, nil, "dev:f")
	w.SetIntercept(func(*http.Request, string) http.Handler { return w.Direct() })
	if got := w.as("reader", http.MethodGet, "/dev/f", ""); got.status != 200 || got.body != "dev:f" || len(w.Log()) != 1 {
		t.Errorf("through Direct = %d %s with %d log entries, want the file and one", got.status, got.body, len(w.Log()))
	}
	for range 3 {
		w.as("reader", http.MethodGet, "/dev/f", "", basic("reader", "x"))
	}
	if got := w.as("reader", http.MethodGet, "/dev/f", ""); got.status != 200 {
		t.Errorf("after three bad logins through Direct = %d, want each counted once", got.status)
	}
}
