package artifactory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/oci"
)

// reader takes in an answer of success. What it returns becomes the cause of
// an Error.
type reader func(contentType string, body io.Reader) error

// do sends a request and lets read take in the answer, again and again while
// the one or the other fails in a way that may pass. A request that writes is
// sent once.
func (c *Client) do(ctx context.Context, r request, read reader) error {
	attempts := c.retry.Attempts
	if r.writes {
		attempts = 1
	}
	for attempt := 1; ; attempt++ {
		err := c.once(ctx, r, r.again || attempt > 1, read)
		var e *Error
		if attempt >= attempts || !errors.As(err, &e) || e.partial || !e.Passing() || ctx.Err() != nil {
			return err
		}
		pause := c.retry.pause(attempt, e.retryAfter)
		c.log.WithFields(logrus.Fields{
			"operation": r.operation, "attempt": attempt, "status": e.Status, "pause": pause.String(),
		}).WithError(err).Warn("request is repeated")
		if err := c.retry.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("%s: %w", r.operation, err)
		}
	}
}

func (c *Client) once(ctx context.Context, r request, retry bool, read reader) error {
	if err := c.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("%s: %w", r.operation, err)
	}
	req, err := c.prepare(ctx, r)
	if err != nil {
		return err
	}
	answer, err := c.pass(r, req, func() (*http.Response, error) {
		c.requests.add(r.operation, retry)
		return c.send(r, req)
	})
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if err := read(answer.Header.Get("Content-Type"), answer.Body); err != nil {
		e := c.failure(r, answer.StatusCode, err)
		e.partial = r.streams
		return e
	}
	return nil
}

// send returns an answer of success, whose body the caller closes. It goes
// around http.Client, which follows redirects: that turns a POST into a GET,
// which looks like success, and takes credentials elsewhere. No call of the
// REST API is redirected on a server that is configured rightly.
func (c *Client) send(r request, req *http.Request) (*http.Response, error) {
	ctx, deadline := newDeadline(req.Context(), c.timeout, r.streams)
	answer, err := c.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		err = c.failure(r, 0, fmt.Errorf("%w: %w", oci.ErrUnavailable, deadline.blame(err)))
		deadline.stop()
		return nil, err
	}
	answer.Body = deadline.watch(answer.Body)
	switch {
	case answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices:
		err = c.refusal(r, answer)
	case isPage(answer.Header.Get("Content-Type"), nil):
		err = c.failure(r, answer.StatusCode, errPage)
	default:
		return answer, nil
	}
	_ = answer.Body.Close()
	return nil, err
}
