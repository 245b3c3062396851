package web

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/printable"
)

// guarded puts on every answer what keeps a browser from making more of it than
// it is, and turns a panic into an answer.
func guarded(next http.Handler, policy string, log logrus.FieldLogger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		watched := &begun{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				survive(watched, r, p, log)
			}
		}()
		next.ServeHTTP(watched, r)
	})
}

// survive answers for a handler that panicked. An answer that had begun is
// broken off: half of it must not look like all of it.
func survive(w *begun, r *http.Request, panicked any, log logrus.FieldLogger) {
	if err, ok := panicked.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	log.WithFields(logrus.Fields{
		"panic": printable.Line(fmt.Sprint(panicked)), "stack": string(debug.Stack()), "path": printable.Line(r.URL.Path),
	}).Error("an answer panicked")
	if w.yes {
		panic(http.ErrAbortHandler)
	}
	http.Error(w, "internal error", http.StatusInternalServerError)
}

// begun tells whether an answer has begun.
type begun struct {
	http.ResponseWriter
	yes bool
}

// WriteHeader begins the answer.
func (b *begun) WriteHeader(status int) {
	b.yes = true
	b.ResponseWriter.WriteHeader(status)
}

// Write begins the answer.
func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }
