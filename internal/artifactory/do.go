package artifactory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/oci"
)

// request is one call of the REST API.
type request struct {
	operation   string
	method      string
	path        string // relative to the base URL, escaped
	query       url.Values
	accept      string // "" is application/json
	contentType string
	body        string
	// writes marks what must not be sent twice.
	writes bool
}

// maxBody is the most that is read of an answer that is not streamed. A list
// of all repositories of a large server is about a megabyte, a manifest far less.
const maxBody = 16 << 20

// open sends a request until it is answered with success or may not be
// repeated. The caller closes the answer.
func (c *Client) open(ctx context.Context, r request) (*http.Response, error) {
	attempts := c.retry.Attempts
	if r.writes {
		attempts = 1
	}
	for attempt := 0; ; attempt++ {
		answer, asked, err := c.once(ctx, r, attempt > 0)
		if err == nil || attempt+1 >= attempts || !again(err) || ctx.Err() != nil {
			return answer, err
		}
		pause := c.retry.pause(attempt, asked)
		c.log.WithFields(logrus.Fields{
			"operation": r.operation, "attempt": attempt + 1, "pause": pause.String(),
		}).WithError(err).Warn("request is repeated")
		if err := c.retry.Sleep(ctx, pause); err != nil {
			return nil, fmt.Errorf("%s: %w", r.operation, err)
		}
	}
}

// once sends a request once. asked is what a Retry-After header said.
func (c *Client) once(ctx context.Context, r request, retry bool) (answer *http.Response, asked time.Duration, err error) {
	if err := c.limiter.Wait(ctx); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", r.operation, err)
	}
	ctx, deadline := newDeadline(ctx, c.timeout)
	req, err := c.request(ctx, r)
	if err != nil {
		deadline.stop()
		return nil, 0, err
	}
	e := &Error{Operation: r.operation, Method: r.method, URL: req.URL.Redacted()}
	c.requests.add(r.operation, retry)
	answer, err = c.http.Do(req) //nolint:bodyclose // handed to the caller, or closed below
	if err != nil {
		err = c.broken(ctx, e, err)
		deadline.stop()
		return nil, 0, err
	}
	answer.Body = deadline.watch(answer.Body)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		asked = retryAfter(answer.Header, time.Now())
		err = refusal(e, answer)
		_ = answer.Body.Close()
		return nil, asked, err
	}
	if isHTML(answer.Header.Get("Content-Type"), nil) {
		_ = answer.Body.Close()
		e.Status, e.Cause, e.Final = answer.StatusCode, errNotBase, true
		return nil, 0, e
	}
	return answer, 0, nil
}

func (c *Client) request(ctx context.Context, r request) (*http.Request, error) {
	address := c.base + "/" + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, strings.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.operation, err)
	}
	accept := r.accept
	if accept == "" {
		accept = "application/json"
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("User-Agent", c.userAgent)
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if c.authorize == nil {
		return req, nil
	}
	if err := c.authorize(req); err != nil {
		return nil, fmt.Errorf("%s: %w", r.operation, err)
	}
	return req, nil
}

// broken turns a failed exchange into an Error. net/http's own error repeats
// the URL; its cause is enough.
func (c *Client) broken(ctx context.Context, e *Error, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	e.Cause = fmt.Errorf("%w: %w", oci.ErrUnavailable, err)
	return e
}

// fetch reads the whole body of an answer.
func (c *Client) fetch(ctx context.Context, r request) ([]byte, error) {
	answer, err := c.open(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody+1))
	e := &Error{Operation: r.operation, Method: r.method, URL: answer.Request.URL.Redacted(), Status: answer.StatusCode}
	switch {
	case err != nil:
		e.Cause = fmt.Errorf("%w: the answer broke off: %w", oci.ErrUnavailable, err)
		return nil, e
	case len(body) > maxBody:
		e.Cause, e.Final = fmt.Errorf("the answer has more than %d bytes", maxBody), true
		return nil, e
	case isHTML(answer.Header.Get("Content-Type"), body):
		e.Cause, e.Final = errNotBase, true
		return nil, e
	}
	return body, nil
}

func (c *Client) fetchJSON(ctx context.Context, r request, into any) error {
	body, err := c.fetch(ctx, r)
	if err != nil {
		return err
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(into); err != nil {
		return &Error{
			Operation: r.operation, Method: r.method, URL: c.base + "/" + r.path, Status: http.StatusOK, Final: true,
			Cause: fmt.Errorf("%w: the answer is not the JSON that was asked for: %w", oci.ErrIncomplete, err),
		}
	}
	return nil
}

// escape makes a path of a URL; a colon, as in the folders of manifests that
// were pushed by digest, may stay.
func escape(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}
