package main

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
)

// traffic sees every request of the program when it comes, and answers some of
// them in the server's place.
type traffic struct {
	// direct is the server behind the faults.
	direct http.Handler
	// expire ends its exchanged tokens.
	expire func()
	news

	mu       sync.Mutex
	arrived  map[string]int // by operation
	queries  []string
	faults   []*fault
	released chan struct{} // closed when what is stalled may go on
	stalled  sync.WaitGroup
}

func newTraffic() *traffic {
	return &traffic{arrived: map[string]int{}, released: make(chan struct{})}
}

// intercept is the server's emulator.Intercept.
func (t *traffic) intercept(r *http.Request, operation string) http.Handler {
	text := ""
	if operation == "aql" {
		body, _ := io.ReadAll(r.Body) // what is cut off is the server's to refuse
		text = string(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.tell()
	t.arrived[operation]++
	if text != "" {
		t.queries = append(t.queries, text)
	}
	for _, f := range t.faults {
		if f.takes(r, operation) {
			return f.handler(t)
		}
	}
	return nil
}

// count returns how many requests of an operation have come.
func (t *traffic) count(operation string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.arrived[operation]
}

// seen returns the texts of the queries that have come.
func (t *traffic) seen() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.queries)
}

func (t *traffic) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.arrived, t.queries = map[string]int{}, nil
}

func (t *traffic) add(f *fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, f)
}

// release ends all faults, and lets the server answer what is stalled.
func (t *traffic) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = nil
	close(t.released)
	t.released = make(chan struct{})
}
