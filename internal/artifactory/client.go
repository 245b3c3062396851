package artifactory

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/time/rate"
)

// Options describe one server and how to talk to it.
type Options struct {
	// URL is the base of the REST API, context path included:
	// https://acme.jfrog.io/artifactory.
	URL string
	// Authorize adds credentials to a request; nil sends none.
	Authorize Authorizer
	// Transport carries the requests; nil is http.DefaultTransport. It must
	// not add credentials of its own.
	Transport http.RoundTripper
	// Timeout ends a request that makes no progress for so long; 0 is none.
	Timeout time.Duration
	// RateLimit is in requests per second; 0 is none.
	RateLimit float64
	Retry     Retry
	// UserAgent names the program to the server's log.
	UserAgent string
	// Log gets a line for each retry; nil discards.
	Log logrus.FieldLogger
}

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	base      string
	http      *http.Client
	authorize Authorizer
	timeout   time.Duration
	limiter   *rate.Limiter
	retry     Retry
	userAgent string
	log       logrus.FieldLogger
	requests  *counter
}

// New makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("parse server URL: %w", errors.Unwrap(err))
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("parse server URL %q: it needs http or https and a host", base.Redacted())
	}
	limit := rate.Inf
	if o.RateLimit > 0 {
		limit = rate.Limit(o.RateLimit)
	}
	if o.Log == nil {
		o.Log = discard()
	}
	return &Client{
		base:      strings.TrimRight(base.String(), "/"),
		http:      &http.Client{Transport: o.Transport, CheckRedirect: refuseRedirects},
		authorize: o.Authorize,
		timeout:   o.Timeout,
		limiter:   rate.NewLimiter(limit, 1),
		retry:     o.Retry.withDefaults(),
		userAgent: o.UserAgent,
		log:       o.Log,
		requests:  newCounter(),
	}, nil
}

// URL is the server's base URL.
func (c *Client) URL() string { return c.base }

// Requests returns what has been sent so far.
func (c *Client) Requests() Requests { return c.requests.snapshot() }

// refuseRedirects keeps a POST from becoming a GET, which looks like success,
// and credentials from going to another host. No call of the REST API is
// redirected on a server that is configured rightly.
func refuseRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Ping asks whether the server works.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.fetch(ctx, request{operation: "ping", method: http.MethodGet, path: "api/system/ping", accept: "text/plain"})
	return err
}

// Version returns the server's version, as in 7.117.21.
func (c *Client) Version(ctx context.Context) (string, error) {
	var answer struct {
		Version string `json:"version"`
	}
	err := c.fetchJSON(ctx, request{operation: "version", method: http.MethodGet, path: "api/system/version"}, &answer)
	return answer.Version, err
}
