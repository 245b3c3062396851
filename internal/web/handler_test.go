package web_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/web"
)

func TestPaths(t *testing.T) {
	said := func(what string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Method+" "+what) })
	}
	without, with := newWorld(t), newWorld(t)
	with.options.Metrics, with.options.Webhook = said("metrics"), said("webhook")
	for _, c := range []struct {
		w            *world
		method, path string
		status       int
		body         string
	}{
		{without, "GET", "/healthz", 200, "ok\n"},
		{without, "HEAD", "/healthz", 200, ""},
		{without, "POST", "/healthz", 405, "Method Not Allowed\n"},
		{without, "GET", "/readyz", 200, "ok\n"},
		{without, "POST", "/", 405, "Method Not Allowed\n"},
		{without, "DELETE", "/api/v1/report", 405, "Method Not Allowed\n"},
		{without, "GET", "/nothing", 404, "404 page not found\n"},
		{without, "GET", "/index.html", 404, "404 page not found\n"},
		{without, "GET", "/api/v1/report/", 404, "404 page not found\n"},
		{without, "GET", "/metrics", 404, "404 page not found\n"},
		{without, "POST", "/webhooks/artifactory", 404, "404 page not found\n"},
		{with, "GET", "/metrics", 200, "GET metrics"},
		{with, "POST", "/metrics", 405, "Method Not Allowed\n"},
		{with, "POST", "/webhooks/artifactory", 200, "POST webhook"},
		{with, "PUT", "/webhooks/artifactory", 200, "PUT webhook"},
	} {
		answer := served(c.w, c.method, c.path)
		if got := body(answer); answer.StatusCode != c.status || got != c.body {
			t.Errorf("%s %s = %d %q, want %d %q", c.method, c.path, answer.StatusCode, got, c.status, c.body)
		}
		if c.status == 405 && answer.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s %s: Allow = %q, want GET and HEAD", c.method, c.path, answer.Header.Get("Allow"))
		}
		if c.w == without && c.status != 200 && !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s %s: Content-Type = %q, want plain text", c.method, c.path, answer.Header.Get("Content-Type"))
		}
	}
}

// served asks a real server: a recorder knows nothing of HEAD.
func served(w *world, method, path string) *http.Response {
	w.Helper()
	s := httptest.NewServer(web.Handler(w.options))
	defer s.Close()
	r, err := http.NewRequestWithContext(w.Context(), method, s.URL+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		w.Fatal(err)
	}
	content := body(answer)
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(strings.NewReader(content))
	return answer
}

func TestNotReady(t *testing.T) {
	w := newWorld(t)
	w.options.Ready = func() (bool, string) { return false, "no server has\nanswered" }
	answer := w.ask("GET", "/readyz")
	if got, want := body(answer), "no server has?answered\n"; answer.StatusCode != http.StatusServiceUnavailable || got != want {
		t.Errorf("GET /readyz = %d %q, want 503 %q", answer.StatusCode, got, want)
	}
	if health := w.ask("GET", "/healthz"); health.StatusCode != http.StatusOK {
		t.Errorf("GET /healthz = %d while not ready, want 200", health.StatusCode)
	}
	w.page().says("Not ready: no server has?answered")
}

func TestEveryAnswerIsKeptFromBrowsers(t *testing.T) {
	w := newWorld(t)
	w.options.Metrics = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })
	for _, path := range []string{"/", "/healthz", "/readyz", "/api/v1/report", "/nothing", "/metrics"} {
		h := w.ask("GET", path).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("GET %s: %s = %q, want %q", path, name, got, want)
			}
		}
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("GET %s: policy = %q, want %q in it", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("GET %s: policy = %q", path, policy)
		}
	}
}

func TestAPanicIsAnAnswer(t *testing.T) {
	w := newWorld(t)
	w.options.Metrics = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no\x1b luck") })
	answer := w.ask("GET", "/metrics")
	if got, want := body(answer), "internal error\n"; answer.StatusCode != http.StatusInternalServerError || got != want {
		t.Errorf("GET /metrics = %d %q, want 500 %q", answer.StatusCode, got, want)
	}
	if e := w.logged.LastEntry(); e == nil || e.Data["panic"] != "no? luck" || !strings.Contains(fmt.Sprint(e.Data["stack"]), "handler_test.go") {
		t.Errorf("logged %v, want the panic with its stack", e)
	}
}

// Half of an answer must not look like all of it.
func TestAPanicInAnAnswerBreaksItOff(t *testing.T) {
	for name, c := range map[string]struct {
		panicked any
		lines    int
	}{
		"a bug":           {"bug", 1},
		"on purpose":      {http.ErrAbortHandler, 0},
		"a wrapped cause": {fmt.Errorf("x: %w", http.ErrAbortHandler), 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.options.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "half")
				panic(c.panicked)
			})
			defer func() {
				if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
					t.Errorf("recovered %v, want that the answer is broken off", err)
				}
				if got := len(w.logged.AllEntries()); got != c.lines {
					t.Errorf("%d lines logged, want %d", got, c.lines)
				}
			}()
			w.ask("GET", "/metrics")
		})
	}
}

// What a handler that was handed in does with its writer still works.
func TestHandlersReachTheirConnection(t *testing.T) {
	w := newWorld(t)
	w.options.Webhook = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	})
	if answer := w.ask("POST", "/webhooks/artifactory"); answer.StatusCode != http.StatusOK {
		t.Errorf("flush: %s", body(answer))
	}
}
