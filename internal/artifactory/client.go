package artifactory

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/time/rate"
)

// Options describe one server and how to talk to it.
type Options struct {
	// URL is the base of the REST API, context path included and credentials
	// not: https://acme.jfrog.io/artifactory.
	URL string
	// Authorize adds credentials to a request; nil sends none.
	Authorize Authorizer
	// Transport carries the requests; nil is http.DefaultTransport. It must
	// not add credentials of its own.
	Transport http.RoundTripper
	// Timeout ends a request that takes longer, and a listing that makes no
	// progress for so long; 0 is none.
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
	transport http.RoundTripper
	authorize Authorizer
	timeout   time.Duration
	limiter   *rate.Limiter
	retry     Retry
	userAgent string
	log       logrus.FieldLogger
	requests  *counter
	door      door
}

// New makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.URL)
	if err != nil {
		return nil, err
	}
	limit := rate.Inf
	if o.RateLimit > 0 {
		limit = rate.Limit(o.RateLimit)
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Log == nil {
		o.Log = &logrus.Logger{Out: io.Discard}
	}
	return &Client{
		base:      base,
		transport: o.Transport,
		authorize: o.Authorize,
		timeout:   o.Timeout,
		limiter:   rate.NewLimiter(limit, 1),
		retry:     o.Retry.withDefaults(),
		userAgent: o.UserAgent,
		log:       o.Log,
		requests:  newCounter(),
	}, nil
}

// parseBase checks a base URL. Its errors do not repeat it: credentials may be
// in it, where they do not belong.
func parseBase(raw string) (string, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "", errors.New("parse server URL: it needs http or https and a host")
	case u.User != nil || strings.ContainsAny(raw, "?#"):
		return "", errors.New("parse server URL: credentials, a query or a fragment do not belong there")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// URL is the server's base URL.
func (c *Client) URL() string { return c.base }

// Requests returns what has been sent so far.
func (c *Client) Requests() Requests { return c.requests.snapshot() }
