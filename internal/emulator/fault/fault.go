// Package fault is what goes wrong between a client and a server: handlers to
// answer instead of the emulator, and intercepts that choose when.
package fault

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// HTML answers with a page for people, as proxies and maintenance pages do.
func HTML(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<html><head><title>%d</title></head><body><h1>%d %s</h1><hr>nginx</body></html>", status, status, http.StatusText(status))
	})
}

// JSON answers with the server's own error envelope, and with a Retry-After
// unless that is empty. Artifactory itself never sends one.
func JSON(status int, message, retryAfter string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "{\n  \"errors\" : [ {\n    \"status\" : %d,\n    \"message\" : %s\n  } ]\n}", status, strconv.Quote(message))
	})
}

// Redirect answers with a redirect to another path of the host or URL.
func Redirect(status int, location string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	})
}

// Reset ends the connection before anything is done.
func Reset() http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// ResetAfter lets direct do its work and ends the connection instead of
// answering: the client cannot know that it was done.
func ResetAfter(direct http.Handler) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		direct.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
}

// Truncate answers with the first bytes of direct's body only, and ends the
// answer as if it were whole.
func Truncate(direct http.Handler, bytes int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { cut(w, r, direct, bytes) })
}

// Break answers with the first bytes of direct's body and ends the connection
// in the middle of it.
func Break(direct http.Handler, bytes int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cut(w, r, direct, bytes)
		_ = http.NewResponseController(w).Flush() // what cannot be flushed is broken enough
		panic(http.ErrAbortHandler)
	})
}

func cut(w http.ResponseWriter, r *http.Request, direct http.Handler, bytes int) {
	whole := httptest.NewRecorder()
	direct.ServeHTTP(whole, r)
	for key, values := range whole.Header() {
		if key != "Content-Length" {
			w.Header()[key] = values
		}
	}
	w.WriteHeader(whole.Code)
	_, _ = w.Write(whole.Body.Bytes()[:min(bytes, whole.Body.Len())])
}
