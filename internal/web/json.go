package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// reportJSON answers with the last report, byte for byte as a file of it is.
func (s *site) reportJSON(w http.ResponseWriter, r *http.Request) {
	known := s.History.snapshot()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache") // may be kept, but is asked for each time
	if known.last == nil {
		s.noReport(w, known)
		return
	}
	h.Set("Vary", "Accept-Encoding")
	kept := known.last.json
	plain, zipped := strconv.Quote(kept.sum), strconv.Quote(kept.sum+"-gzip")
	compressed := takesGzip(r.Header)
	h.Set("ETag", plain)
	if compressed {
		h.Set("ETag", zipped)
	}
	if has(r.Header, plain, zipped) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.sendReport(w, r, kept, compressed)
}

func (s *site) sendReport(w http.ResponseWriter, r *http.Request, kept *encoded, compressed bool) {
	size := kept.size
	if compressed {
		size = int64(len(kept.zipped))
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	if r.Method == http.MethodHead {
		return
	}
	var err error
	if compressed {
		_, err = w.Write(kept.zipped)
	} else {
		err = kept.writeTo(w)
	}
	if err != nil {
		s.Log.WithError(err).Debug("a client left before it had the report")
	}
}

// absence is the answer where there is no report.
type absence struct {
	Error string `json:"error"`
	// Next is when the next whole run is due.
	Next *time.Time `json:"next,omitempty"`
}

func (s *site) noReport(w http.ResponseWriter, known state) {
	a := absence{Error: whyNone(known)}
	if !known.next.IsZero() {
		next := known.next.UTC()
		a.Next = &next
	}
	w.WriteHeader(http.StatusNotFound)
	if err := json.NewEncoder(w).Encode(a); err != nil {
		s.Log.WithError(err).Debug("a client left before it had its answer")
	}
}
