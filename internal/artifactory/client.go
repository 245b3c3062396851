package artifactory

import (
	"io"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/sync/semaphore"

	"github.com/sigsync/sigsync/internal/outbound"
)

// Options describe one server and how to talk to it.
type Options struct {
	// URL is the base of the REST API, context path included and credentials
	// not: https://acme.jfrog.io/artifactory.
	URL string
	// Authorize adds credentials to a request; nil sends none.
	Authorize outbound.Authorizer
	// Door keeps refused credentials from being sent again. The clients of one
	// server share it; nil is one of the client's own.
	Door *outbound.Door
	// Transport carries the requests; nil is http.DefaultTransport. It must
	// not add credentials of its own.
	Transport http.RoundTripper
	// Timeout ends a request that takes longer, and a listing that makes no
	// progress for so long; 0 is none.
	Timeout time.Duration
	// Pace is that of the server, which all its clients share; nil is one of
	// the client's own, without limits.
	Pace *outbound.Pace
	// Queries lets as many queries run at a time as it has room for: they are what
	// costs the server's database most. The clients of one server share it; nil is
	// one of the client's own, as NewQueries makes it.
	Queries *semaphore.Weighted
	Retry   outbound.Retry
	// UserAgent names the program to the server's log.
	UserAgent string
	// Log gets a line for each retry; nil discards.
	Log logrus.FieldLogger
}

// NewQueries has room for two queries.
func NewQueries() *semaphore.Weighted { return semaphore.NewWeighted(2) }

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	base      string
	transport http.RoundTripper
	authorize outbound.Authorizer
	timeout   time.Duration
	pace      *outbound.Pace
	queries   *semaphore.Weighted
	retry     outbound.Retry
	userAgent string
	log       logrus.FieldLogger
	requests  outbound.Counter
	door      *outbound.Door
}

// New makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	base, err := outbound.ParseBase(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Pace == nil {
		o.Pace = outbound.NewPace(outbound.PaceOptions{})
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Queries == nil {
		o.Queries = NewQueries()
	}
	if o.Door == nil {
		o.Door = outbound.NewDoor(nil)
	}
	if o.Log == nil {
		o.Log = &logrus.Logger{Out: io.Discard}
	}
	return &Client{
		base:      base,
		transport: o.Transport,
		authorize: o.Authorize,
		door:      o.Door,
		timeout:   o.Timeout,
		pace:      o.Pace,
		queries:   o.Queries,
		retry:     o.Retry,
		userAgent: o.UserAgent,
		log:       o.Log,
	}, nil
}

// URL is the server's base URL.
func (c *Client) URL() string { return c.base }

// Requests returns what has been sent so far. The operations are aql, copy,
// license, manifest, ping, promote, repositories, storage and version.
func (c *Client) Requests() outbound.Requests { return c.requests.Requests() }
