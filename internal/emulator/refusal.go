package emulator

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/jackson"
)

// refusal is an answer that is an error. It is written in the server's
// envelope, or as text where the server does so.
type refusal struct {
	status  int
	message string
	// challenge asks for credentials.
	challenge bool
	// plain makes the message the whole body.
	plain bool
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status: status, message: fmt.Sprintf(format, args...)}
}

func unauthorized(message string) *refusal {
	return &refusal{status: http.StatusUnauthorized, message: message, challenge: true}
}

func methodNotAllowed() *refusal {
	return refuse(http.StatusMethodNotAllowed, "Method Not Allowed")
}

// isAbsent tells of a refusal with 404.
func isAbsent(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == http.StatusNotFound
}

// fail writes an error as the answer. What is not a refusal is the server's
// own failure.
func fail(w http.ResponseWriter, err error) {
	var r *refusal
	if !errors.As(err, &r) {
		r = refuse(http.StatusInternalServerError, "%v", err)
	}
	if r.challenge {
		w.Header().Set("WWW-Authenticate", `Basic realm="Artifactory Realm"`)
	}
	if r.plain {
		text(w, r.status, r.message)
		return
	}
	type entry struct {
		Status  int    `json:"status"`
		Message string `json:"message"`
	}
	reply(w, r.status, "application/json", map[string][]entry{"errors": {{r.status, r.message}}})
}

// reply writes JSON the way the server prints it. A client that went away is
// nobody to report to.
func reply(w http.ResponseWriter, status int, contentType string, v any) {
	body, err := jackson.Marshal(v)
	if err != nil {
		status, contentType, body = http.StatusInternalServerError, "text/plain", []byte(err.Error())
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// text writes a plain text.
func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}
