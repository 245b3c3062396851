// Package fault is what goes wrong between a client and a server: handlers to
// answer instead of the emulator, and intercepts that choose when.
package fault

import (
	"fmt"
	"net/http"
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
