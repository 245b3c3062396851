package outbound_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// closing tells that a body was closed.
type closing struct{ closed bool }

func (*closing) Read([]byte) (int, error) { return 0, nil }

func (c *closing) Close() error {
	c.closed = true
	return nil
}

func TestAnAnswerAfterTheEndIsNone(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	_, deadline := outbound.NewDeadline(ended, time.Hour, false)
	body := &closing{}
	answer := &http.Response{StatusCode: http.StatusOK, Body: body}
	if got, err := deadline.Outcome(answer, nil); got != answer || err != nil || body.closed {
		t.Errorf("Outcome in time = %v, %v, want the answer", got, err)
	}
	over := errors.New("over")
	cancel(over)
	if got, err := deadline.Outcome(answer, nil); got != nil || !errors.Is(err, over) || !body.closed {
		t.Errorf("Outcome after the end = %v, %v, want %v, and the answer's body closed", got, err, over)
	}
	if _, err := deadline.Outcome(nil, errors.New("reset")); !errors.Is(err, over) {
		t.Errorf("Outcome of a failure after the end = %v, want why it ended", err)
	}
	_, deadline = outbound.NewDeadline(t.Context(), time.Hour, false)
	reset := errors.New("reset")
	if _, err := deadline.Outcome(nil, reset); !errors.Is(err, reset) {
		t.Errorf("Outcome of a failure = %v, want it", err)
	}
}
