package outbound

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/oci"
)

// Error is a request that did not do what it was sent for.
type Error struct {
	// Operation is a key of Requests.ByOperation.
	Operation string
	Method    string
	// URL holds no credentials: there are none in a client's base URL.
	URL string
	// Side is "source" or "target" where a request is about both and the
	// refusal about one, else "".
	Side string
	// Status is that of the answer; 0 where none came.
	Status int
	// Messages are the server's own words.
	Messages []string
	// Cause is what the failure means, one of the errors of package oci, or
	// what the network said.
	Cause error
	// Partial tells that a part of a streamed answer was handed on: who took it
	// has to begin anew, not the client.
	Partial bool
	wait    time.Duration
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

// RetryAfter is how long the server wants to be left alone; not above 0 where
// it does not say.
func (e *Error) RetryAfter() time.Duration { return e.wait }

// Passing tells whether the failure may go away by itself.
func (e *Error) Passing() bool {
	return (errors.Is(e, oci.ErrUnavailable) || errors.Is(e, oci.ErrThrottled)) && !errors.As(e, new(WrongURLError))
}
