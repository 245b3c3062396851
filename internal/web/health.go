package web

import (
	"io"
	"net/http"

	"github.com/sigsync/sigsync/internal/printable"
)

// healthz answers as long as the program serves at all.
func (s *site) healthz(w http.ResponseWriter, _ *http.Request) { s.plain(w, http.StatusOK, "ok") }

// readyz says what the program still waits for.
func (s *site) readyz(w http.ResponseWriter, _ *http.Request) {
	if ready, why := s.ready(); !ready {
		s.plain(w, http.StatusServiceUnavailable, why)
		return
	}
	s.plain(w, http.StatusOK, "ok")
}

func (s *site) ready() (ready bool, why string) {
	if s.Ready == nil {
		return true, ""
	}
	ready, why = s.Ready()
	return ready, printable.Line(why)
}

func (s *site) plain(w http.ResponseWriter, status int, said string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, said+"\n"); err != nil {
		s.Log.WithError(err).Debug("a client left before it had its answer")
	}
}
