package artifactory

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// Error is a request that did not do what it was sent for.
type Error struct {
	// Operation is a key of Requests.ByOperation.
	Operation string
	Method    string
	// URL is without user information.
	URL string
	// Side is "source" or "target" where a request is about both, else "": who
	// sends a request about one side knows which.
	Side string
	// Status is that of the answer; 0 where none came.
	Status int
	// Messages are the server's own words.
	Messages []string
	// Cause is what the failure means, one of the errors of package oci, or
	// what the network said.
	Cause error
	// Final tells that repeating the request cannot help, whatever the status:
	// the server thought about it and refused.
	Final bool
}

// Error says what was asked of whom, and the answer in the server's words.
func (e *Error) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s", e.Method, e.URL)
	if e.Side != "" {
		fmt.Fprintf(&s, " (%s)", e.Side)
	}
	if e.Status != 0 {
		fmt.Fprintf(&s, ": %d", e.Status)
	}
	if len(e.Messages) > 0 {
		fmt.Fprintf(&s, ": %s", strings.Join(e.Messages, "; "))
	}
	if e.Cause != nil && (len(e.Messages) == 0 || e.Status < http.StatusBadRequest) {
		fmt.Fprintf(&s, ": %v", e.Cause)
	}
	return s.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Reason is the server's own words alone, or the cause where it said nothing.
func (e *Error) Reason() string {
	if len(e.Messages) > 0 {
		return strings.Join(e.Messages, "; ")
	}
	if e.Status != 0 {
		return fmt.Sprintf("%s answered %d: %v", e.Operation, e.Status, e.Cause)
	}
	return fmt.Sprintf("%s: %v", e.Operation, e.Cause)
}

// maxErrorBody is how many bytes of a refusal are read: enough for a message
// per file of an attachment.
const maxErrorBody = 64 << 10

// refusal reads an answer that is not a success.
func refusal(e *Error, answer *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxErrorBody)) // a cut-off refusal is a refusal
	e.Status = answer.StatusCode
	if location := answer.Header.Get("Location"); e.Status >= 300 && e.Status < 400 {
		e.Cause = fmt.Errorf("%w: redirected to %q; give the server's final URL", errNotBase, hostOf(location))
		e.Final = true
		return e
	}
	html := isHTML(answer.Header.Get("Content-Type"), body)
	if !html {
		e.Messages, e.Final = messages(body)
	}
	e.Cause = meaning(e.Status, strings.Join(e.Messages, "\n"), html)
	if e.Final = e.Final || e.Status < 500 && e.Status != http.StatusTooManyRequests && e.Status != http.StatusRequestTimeout; e.Final {
		return e
	}
	return e
}

// messages returns the server's words from the forms that Artifactory and what
// stands before it use. final tells that they are a verdict of Copy Item,
// whose status may be anything, 500 included.
func messages(body []byte) (words []string, final bool) {
	var answer struct {
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
		Messages []struct {
			Level   string `json:"level"`
			Message string `json:"message"`
		} `json:"messages"`
	}
	if json.Unmarshal(body, &answer) != nil {
		if text := strings.TrimSpace(string(body)); text != "" && !strings.HasPrefix(text, "{") {
			return []string{clip(text)}, false
		}
		return nil, false
	}
	for _, m := range answer.Errors {
		words = append(words, clip(m.Message))
	}
	for _, m := range answer.Messages {
		if !strings.EqualFold(m.Level, "info") {
			words, final = append(words, clip(m.Message)), true
		}
	}
	return words, final
}

// maxMessage is how many bytes of one message are kept, for a line of a report.
const maxMessage = 1000

// clip keeps a message printable and short: it comes from outside and goes to
// a terminal.
func clip(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(strings.TrimSpace(text), "?"))
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

// meaning says what a refusal means. The words come first: Copy Item answers
// 401 where a right is lacking, and 500 or 409 for the same on a folder.
func meaning(status int, words string, html bool) error {
	says := func(part string) bool { return strings.Contains(words, part) }
	switch {
	case html && status < 500:
		return errNotBase
	case html:
		return oci.ErrUnavailable
	case says("available only in Artifactory Pro"):
		return oci.ErrUnsupported
	case says("recurrent log"):
		return oci.ErrUnauthorized
	case says("doesn't have permissions"), says("Needs delete permissions"), says("Needs write permissions"),
		says("include/exclude patterns"), says("Cannot create/override"), says("permissions to annotate"), says("No permission to"):
		return oci.ErrDenied
	case says("Could not find item"), says("Unable to find"):
		return oci.ErrNotFound
	}
	switch status {
	case http.StatusNotFound:
		return oci.ErrNotFound
	case http.StatusUnauthorized:
		return oci.ErrUnauthorized
	case http.StatusForbidden:
		return oci.ErrDenied
	case http.StatusTooManyRequests:
		return oci.ErrThrottled
	case http.StatusRequestTimeout:
		return oci.ErrUnavailable
	}
	if status >= 500 {
		return oci.ErrUnavailable
	}
	return fmt.Errorf("refused with status %d", status)
}

// errNotBase says that something else answers at the URL. It wraps
// oci.ErrUnavailable, because it tells nothing about what was asked for.
var errNotBase = fmt.Errorf("this is not an Artifactory REST base URL: it answers with a page (is the context path, /artifactory, missing, or is the server in maintenance?): %w", oci.ErrUnavailable)

func isHTML(contentType string, body []byte) bool {
	return strings.HasPrefix(contentType, "text/html") || strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 64)])), "<")
}

func hostOf(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return "an unreadable location"
	}
	return u.Scheme + "://" + u.Host + u.Path
}
