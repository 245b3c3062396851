package registry

import (
	"context"
	"fmt"
	"net/http"
)

// do sends a request and lets read take in the answer, again and again while
// the one or the other fails in a way that may pass.
func (c *Client) do(ctx context.Context, r request, read func(*http.Response) error) error {
	return c.retry.Repeat(ctx, c.log, r.operation, func(attempt int) error {
		return c.once(ctx, r, attempt > 1, read)
	})
}

func (c *Client) once(ctx context.Context, r request, again bool, read func(*http.Response) error) error {
	answer, err := c.send(ctx, r, again)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if err := read(answer); err != nil {
		return r.failure(answer.StatusCode, err)
	}
	return nil
}

// send returns an answer of success, whose body the caller closes. again tells
// that the request repeats another one.
func (c *Client) send(ctx context.Context, r request, again bool) (*http.Response, error) {
	known := false
	var req *http.Request
	sent := false
	identify := func() (string, error) {
		by, err := c.login.identity(ctx, c.door.Closed())
		if err != nil {
			return "", fmt.Errorf("%s: %w", r.operation, err)
		}
		known = by != ""
		sent = false
		// Outside of the door: what is sent may come from the same server.
		if req, err = r.prepare(ctx); err != nil { // a renewed one is prepared anew
			return "", fmt.Errorf("%s: %w", r.operation, err)
		}
		return by, nil
	}
	var answer *http.Response
	err := c.door.Pass(ctx, identify, *r.failure(0, nil), func() error {
		var err error
		sent = true
		x := &exchange{client: c, request: r, retry: again, known: known}
		answer, err = x.send(req) //nolint:bodyclose // the caller closes it
		return err
	})
	if !sent && req != nil && req.Body != nil {
		_ = req.Body.Close() // its credentials were refused before
	}
	return answer, err
}

// fetch reads the whole body of an answer.
func (c *Client) fetch(ctx context.Context, r request, most int64, check func(answer *http.Response, body []byte) error) error {
	return c.do(ctx, r, func(answer *http.Response) error {
		body, err := c.place().ReadAll(answer.Header.Get("Content-Type"), answer.Body, most)
		if err != nil {
			return err
		}
		return check(answer, body)
	})
}
