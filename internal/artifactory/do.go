package artifactory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// reader takes in an answer of success. What it returns becomes the cause of
// an Error.
type reader func(contentType string, body io.Reader) error

// place is what should be at the URL.
func place() outbound.Place {
	return outbound.Place{
		Name: "an Artifactory REST base URL",
		Hint: "(is the context path, /artifactory, missing, or is the server in maintenance?)",
	}
}

// do sends a request and lets read take in the answer, again and again while
// the one or the other fails in a way that may pass. A request that writes is
// sent once.
func (c *Client) do(ctx context.Context, r request, read reader) error {
	if r.writes {
		return c.once(ctx, r, r.again, read)
	}
	var slow *outbound.Error
	err := c.retry.Repeat(ctx, c.log, r.operation, func(attempt int) error {
		err := c.once(ctx, r, attempt > 1, read)
		if e, ok := tooSlow(err); ok && r.divides {
			slow = e
			return nil
		}
		return err
	})
	if slow != nil {
		return slow
	}
	return err
}

// tooSlow tells whether the server had no time for the answer.
func tooSlow(err error) (*outbound.Error, bool) {
	e, ok := errors.AsType[*outbound.Error](err)
	return e, ok && e.Status == http.StatusRequestTimeout
}

func (c *Client) once(ctx context.Context, r request, retry bool, read reader) error {
	var turn *outbound.Turn
	defer func() {
		if turn != nil {
			turn.Leave()
		}
	}()
	var req *http.Request
	var answer *http.Response
	identify := func() (by string, err error) {
		if req, err = c.prepare(ctx, r); err != nil {
			return "", err
		}
		return outbound.Identity(req), nil
	}
	err := c.door.Pass(ctx, identify, *c.failure(r, 0, nil), func() (err error) {
		// Door first, then turn, as the registry's client has it; and no turn is
		// held while renewed credentials wait at the door.
		if turn, err = c.pace.Wait(ctx); err != nil {
			return fmt.Errorf("%s: %w", r.operation, err)
		}
		c.requests.Add(r.operation, retry)
		if answer, err = c.send(r, req, turn); err != nil { //nolint:bodyclose // it is closed below
			turn.Leave()
		}
		return err
	})
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if err := read(answer.Header.Get("Content-Type"), answer.Body); err != nil {
		e := c.failure(r, answer.StatusCode, err)
		e.Partial = r.streams
		return e
	}
	return nil
}

// send returns an answer of success, whose body the caller closes. It goes
// around http.Client, which follows redirects: that turns a POST into a GET,
// which looks like success, and takes credentials elsewhere. No call of the
// REST API is redirected on a server that is configured rightly.
func (c *Client) send(r request, req *http.Request, turn *outbound.Turn) (*http.Response, error) {
	ctx, deadline := outbound.NewDeadline(req.Context(), c.timeout, r.streams)
	answer, err := deadline.Outcome(c.transport.RoundTrip(req.WithContext(outbound.WithOperation(ctx, r.operation))))
	if err != nil {
		return nil, c.failure(r, 0, fmt.Errorf("%w: %w", oci.ErrUnavailable, err))
	}
	turn.Answered(r.timed(), answer.StatusCode)
	answer.Body = deadline.Watch(answer.Body)
	e := c.failure(r, answer.StatusCode, nil)
	switch {
	case answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices:
		e.Refuse(answer, place(), outbound.Hide(req))
	case outbound.IsPage(answer.Header.Get("Content-Type"), nil):
		e.Cause = place().Page()
	default:
		return answer, nil
	}
	_ = answer.Body.Close()
	return nil, e
}
