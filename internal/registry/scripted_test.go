package registry_test

import (
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/registry"
)

// scripted is a registry that gives its requests the answers of a script, one
// after the other, and the last one for ever.
type scripted struct {
	url string

	mu     sync.Mutex
	script []http.HandlerFunc
	took   seen
}

// seen is what came to a registry.
type seen struct {
	asked  []string // method, path and query
	bodies []string
	heads  []http.Header
}

func (s *scripted) seen() seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.took
}

func script(t *testing.T, answers ...http.HandlerFunc) *scripted {
	t.Helper()
	s := &scripted{script: answers}
	s.url = serve(t, s)
	return s
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.took.asked = append(s.took.asked, r.Method+" "+r.URL.RequestURI())
	s.took.bodies = append(s.took.bodies, string(body))
	s.took.heads = append(s.took.heads, r.Header)
	next := s.script[0]
	if len(s.script) > 1 {
		s.script = s.script[1:]
	}
	s.mu.Unlock()
	next(w, r)
}

// client is a client of it that repeats requests without waiting.
func (s *scripted) client(t *testing.T, attempts int) (*registry.Client, *sleeps) {
	t.Helper()
	slept := &sleeps{}
	o := registry.Options{URL: s.url}
	o.Retry.Attempts, o.Retry.Sleep = attempts, slept.sleep
	return client(t, o), slept
}

// with sets headers before an answer; they come in pairs.
func with(h http.HandlerFunc, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for n := 0; n < len(headers); n += 2 {
			w.Header().Add(headers[n], headers[n+1])
		}
		h(w, r)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// hangUp ends the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// breakOff ends the connection in the middle of an answer.
func breakOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte("{"))
}
