package emulator

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Entry is one request in the access log.
type Entry struct {
	// Time is when the request came.
	Time   time.Time
	Method string
	// Path is the decoded path, Query the raw query.
	Path, Query string
	// Operation is aql, storage, copy, promote, repositories, ping, version,
	// license, download, upload, delete, manifest, blob, tags, catalog,
	// referrers, token, search, oidc, subscriptions or other.
	Operation string
	// Status is zero when the connection ended without an answer.
	Status int
	// User is the name of the caller, empty if the credentials were refused.
	User string
	// Writes tells of a request that may change the storage.
	Writes bool
}

// accessLog holds the requests in the order in which their answers began.
type accessLog struct {
	mu      sync.Mutex
	entries []Entry
	counts  map[string]int
}

func (l *accessLog) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.counts[e.Operation]++
}

// Log returns the access log, in the order in which the answers began. An
// answer that a client has seen is in it.
func (s *Server) Log() []Entry {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.entries)
}

// Counts returns the number of answered requests by operation.
func (s *Server) Counts() map[string]int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	if s.log.counts == nil {
		return map[string]int{}
	}
	return maps.Clone(s.log.counts)
}

// ResetLog empties the access log and the counts.
func (s *Server) ResetLog() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.entries, s.log.counts = nil, nil
}

func (s *Server) entry(r *http.Request, operation, user string) Entry {
	return Entry{
		Time: s.options.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Operation: operation, User: user, Writes: writes(r, operation),
	}
}

// recorder tells the status of an answer before the client can see it.
type recorder struct {
	http.ResponseWriter
	// begun is told the status once; nil afterwards.
	begun func(status int)
}

func (r *recorder) begin(status int) {
	if r.begun != nil {
		r.begun(status)
		r.begun = nil
	}
}

// WriteHeader passes the status on; informational ones are not the answer's.
func (r *recorder) WriteHeader(status int) {
	if status >= http.StatusOK {
		r.begin(status)
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implies the status 200.
func (r *recorder) Write(p []byte) (int, error) {
	r.begin(http.StatusOK)
	return r.ResponseWriter.Write(p)
}

// FlushError sends what is there, which implies the status 200.
func (r *recorder) FlushError() error {
	r.begin(http.StatusOK)
	return http.NewResponseController(r.ResponseWriter).Flush() //nolint:wrapcheck // passes through
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
