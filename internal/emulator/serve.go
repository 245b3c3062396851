package emulator

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// call is one request on its way through a handler.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	caller caller
	query  url.Values
	// address is what the request's path means.
	address address
}

// ServeHTTP answers a request: counted, logged, delayed, and intercepted where
// a test asks for it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, login := s.withLogin(r)
	operation := s.locate(r.URL.EscapedPath()).operation(r.Method)
	entry := s.entry(r, operation, login.caller.Name)
	answer := &recorder{ResponseWriter: w, begun: func(status int) {
		entry.Status = status
		s.record(entry)
	}}
	defer answer.begin(0) // if nothing has been answered by then
	s.stamp(w.Header())
	s.serve(answer, r, operation)
	if r.Context().Err() == nil {
		answer.begin(http.StatusOK)
	}
}

func (s *Server) record(e Entry) {
	s.log.add(e)
	if s.options.Observe != nil {
		s.options.Observe(e)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, operation string) {
	if operation == "aql" {
		if !s.queries.enter(r.Context()) {
			fail(w, refuse(http.StatusTooManyRequests, "Too many requests"))
			return
		}
		defer s.queries.leave()
	}
	if !s.delay(r.Context()) {
		return
	}
	if i := s.intercept.Load(); i != nil && *i != nil {
		if h := (*i)(r, operation); h != nil {
			h.ServeHTTP(w, r)
			return
		}
	}
	s.dispatch(w, r)
}

// Direct answers like the server itself, without log, latency and intercepts:
// what an intercept that spoils an answer starts from.
func (s *Server) Direct() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.stamp(w.Header())
		s.dispatch(w, r)
	})
}

// delay waits for the latency, and tells whether the client is still there.
func (s *Server) delay(ctx context.Context) bool {
	d := time.Duration(s.latency.Load())
	if d <= 0 {
		return ctx.Err() == nil
	}
	return s.options.Wait(ctx, d)
}

// stamp sets the headers that every response of the server has.
func (s *Server) stamp(h http.Header) {
	h.Set("X-JFrog-Version", "Artifactory/"+s.options.Version+" "+revision(s.options.Version))
	h.Set("X-Artifactory-Id", "5f3a9c0de1b2")
	h.Set("X-Artifactory-Node-Id", "artifactory-0")
	h.Set("Date", s.options.Now().Add(s.options.Skew).UTC().Format(http.TimeFormat))
}
