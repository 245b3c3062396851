package artifactory

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/outbound"
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
	// streams marks an answer that may take any time as long as it goes on.
	streams bool
	// divides marks what is asked for in parts where the server has no time for
	// all, and not again as it is: a quarter of an hour is the time that it takes
	// by default.
	divides bool
	// again marks the repetition of a request that writes.
	again bool
}

// timed is what the time of the request's answer is compared with: that of a
// listing depends on what there is to list.
func (r request) timed() string {
	if r.streams {
		return ""
	}
	return r.operation
}

// get is a request that only reads.
func get(operation, path string) request {
	return request{operation: operation, method: http.MethodGet, path: path}
}

func (c *Client) address(r request) string {
	address := c.base + "/" + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	return address
}

// failure is the Error of a request; status is 0 where no answer came.
func (c *Client) failure(r request, status int, cause error) *outbound.Error {
	return &outbound.Error{Operation: r.operation, Method: r.method, URL: c.address(r), Status: status, Cause: cause}
}

func (c *Client) prepare(ctx context.Context, r request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.address(r), strings.NewReader(r.body))
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
