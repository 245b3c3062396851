//go:build e2e

package e2e_test

import (
	"net/http"
	"slices"
	"sync"
)

// request is one that may change what a server holds.
type request struct{ method, path, query string }

// traffic is what one server was asked to change.
type traffic interface {
	writes() []request
	forget()
}

// recorder stands before a registry and remembers the requests that may change it.
type recorder struct {
	next http.Handler

	mu       sync.Mutex
	requests []request
}

// ServeHTTP remembers a request and passes it on.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		r.mu.Lock()
		r.requests = append(r.requests, request{req.Method, req.URL.Path, req.URL.RawQuery})
		r.mu.Unlock()
	}
	r.next.ServeHTTP(w, req)
}

func (r *recorder) writes() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

func (r *recorder) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = nil
}
