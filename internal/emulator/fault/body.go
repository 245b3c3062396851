package fault

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
)

// Truncate answers with the first bytes of direct's body only, and ends the
// answer as if it were whole.
func Truncate(direct http.Handler, bytes int) http.Handler { return TruncateAt(direct, first(bytes)) }

// TruncateAt is Truncate after as many bytes as at returns for a body of that length.
func TruncateAt(direct http.Handler, at func(length int) int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { send(w, r, direct, at) })
}

// Break answers with the first bytes of direct's body and ends the connection
// in the middle of it.
func Break(direct http.Handler, bytes int) http.Handler { return BreakAt(direct, first(bytes)) }

// BreakAt is Break after as many bytes as at returns for a body of that length.
func BreakAt(direct http.Handler, at func(length int) int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		send(w, r, direct, at)
		flush(w)
		panic(http.ErrAbortHandler)
	})
}

// StallAt answers with as many bytes as at returns for a body of that length,
// and then with nothing until the client gives up. At nil, there is no answer
// at all, and nothing is done; nor where an answer has no body to stall in.
func StallAt(direct http.Handler, at func(length int) int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at != nil && r.Method != http.MethodHead {
			send(w, r, direct, at)
			flush(w)
		}
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see the client go
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	})
}

// Trickle answers with direct's body, a few bytes at a time, and calls pause
// after each of them; an error ends the connection.
func Trickle(direct http.Handler, bytes int, pause func(ctx context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := head(w, r, direct)
		for len(body) > 0 {
			n := min(bytes, len(body))
			_, _ = w.Write(body[:n])
			flush(w)
			body = body[n:]
			if pause(r.Context()) != nil {
				panic(http.ErrAbortHandler)
			}
		}
	})
}

func first(bytes int) func(int) int { return func(length int) int { return min(bytes, length) } }

// flush sends what is there; what cannot be flushed is broken enough.
func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

func send(w http.ResponseWriter, r *http.Request, direct http.Handler, at func(length int) int) {
	body := head(w, r, direct)
	_, _ = w.Write(body[:at(len(body))])
}

// head answers with direct's status and headers, and returns the body that is to follow.
func head(w http.ResponseWriter, r *http.Request, direct http.Handler) []byte {
	whole := httptest.NewRecorder()
	direct.ServeHTTP(whole, r)
	for key, values := range whole.Header() {
		if key != "Content-Length" {
			w.Header()[key] = values
		}
	}
	w.WriteHeader(whole.Code)
	return whole.Body.Bytes()
}
