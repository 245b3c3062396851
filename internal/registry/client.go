package registry

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/sigsync/sigsync/internal/outbound"
)

// Options describe one server and how to talk to it.
type Options struct {
	// URL is Artifactory's base URL, context path included, or the URL that a
	// registry's /v2/ is below. It holds no credentials.
	URL string
	// Artifactory tells that the server is one: each repository has an API of
	// its own there.
	Artifactory bool
	// Authorize adds credentials to a request to Artifactory, at once, so that
	// none costs a refusal first; nil sends none. Other registries are sent
	// Credentials.
	Authorize outbound.Authorizer
	// Credentials log in to a registry that is not Artifactory.
	Credentials Credentials
	// RealmHosts are the hosts beside the server's own, with their ports unless
	// those are the usual ones, where credentials may be exchanged for a token.
	RealmHosts []string
	// Door keeps refused credentials from being sent again. The clients of one
	// server share it; nil is one of the client's own.
	Door *outbound.Door
	// Transport carries the requests; nil is http.DefaultTransport. It must
	// not add credentials of its own.
	Transport http.RoundTripper
	// Pace is that of the server, which all its clients share; nil is one of
	// the client's own, without limits.
	Pace *outbound.Pace
	// Timeout ends a request that takes longer, and the transfer of a blob that
	// makes no progress for so long; 0 is none.
	Timeout time.Duration
	Retry   outbound.Retry
	// UserAgent names the program to the server's log.
	UserAgent string
	// Log gets a line for each retry; nil discards.
	Log logrus.FieldLogger
}

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	base        string
	artifactory bool
	login       *login
	realmHosts  []string
	transport   http.RoundTripper
	pace        *outbound.Pace
	timeout     time.Duration
	retry       outbound.Retry
	header      http.Header
	log         logrus.FieldLogger
	requests    outbound.Counter
	door        *outbound.Door
	// direct tells that Artifactory took credentials without a token once.
	direct atomic.Bool
	// tokens are those of everything but referrers: Artifactory asks for
	// another kind of login there, and a cache forgets all tokens when the kind
	// changes.
	tokens, referrersTokens auth.Cache
	// scopes are those of the tokens that were taken, by those that were
	// expected to do.
	scopes scopes
}

// New makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	base, err := outbound.ParseBase(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Pace == nil {
		o.Pace = outbound.NewPace(outbound.PaceOptions{})
	}
	if o.Door == nil {
		o.Door = outbound.NewDoor(nil)
	}
	if o.Log == nil {
		o.Log = &logrus.Logger{Out: io.Discard}
	}
	return &Client{
		base:            base,
		artifactory:     o.Artifactory,
		login:           newLogin(o, base),
		realmHosts:      o.RealmHosts,
		transport:       o.Transport,
		pace:            o.Pace,
		timeout:         o.Timeout,
		retry:           o.Retry,
		header:          http.Header{"User-Agent": {o.UserAgent}},
		log:             o.Log,
		door:            o.Door,
		tokens:          auth.NewCache(),
		referrersTokens: auth.NewCache(),
	}, nil
}

// URL is the server's base URL.
func (c *Client) URL() string { return c.base }

// Requests returns what has been sent so far. The operations are blob,
// catalog, manifest, ping, push, put, referrers, resolve, tags and token.
func (c *Client) Requests() outbound.Requests { return c.requests.Requests() }

// place is what should be at the URL.
func (c *Client) place() outbound.Place {
	p := outbound.Place{Name: "a registry's URL", Hint: "(is the URL wrong, or is the server in maintenance?)"}
	if c.artifactory {
		p.Name = "an Artifactory base URL"
		p.Hint = "(is the context path, /artifactory, missing, or is the server in maintenance?)"
	}
	return p
}
