package main

import (
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/sync/semaphore"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/outbound"
)

// link is the way to one server: its connections, its pace and what is known of
// its credentials. All clients of the server share it, of all runs that one
// configuration has.
type link struct {
	server    *config.Server
	retries   config.Retry
	retry     outbound.Retry
	transport *http.Transport
	// carrier is the transport with whoever watches it.
	carrier http.RoundTripper
	pace    *outbound.Pace
	// queries are for whole runs, whose listings may take long, beside for what
	// goes on beside them.
	queries, beside *semaphore.Weighted
	door            *outbound.Door
	authorize       outbound.Authorizer
	// exchange is nil unless the server takes identity tokens.
	exchange *outbound.Exchange
	log      logrus.FieldLogger
}

// links are the ways to servers, by the servers' names.
type links map[string]*link

// newLinks makes the ways to the servers that the pairs name. It sends nothing.
// Those that are as before are kept: their pace and connections go on.
func newLinks(
	c *config.Config, pairs []config.Pair, before links, known doors, watching watchers, log logrus.FieldLogger,
) (links, error) {
	made := links{}
	for _, p := range pairs {
		for _, name := range []string{p.Source.Server, p.Target.Server} {
			if made[name] != nil {
				continue
			}
			if kept := before[name]; kept != nil && kept.serves(c.Servers[name], c.Retry) {
				made[name] = kept
				continue
			}
			var err error
			if made[name], err = newLink(name, c.Servers[name], c.Retry, known, watching, log.WithField("server", name)); err != nil {
				return nil, fmt.Errorf("server %s: %w", name, err)
			}
		}
	}
	return made, nil
}

// serves tells whether a way to a server is what its configuration makes. Files
// of certificates may have changed, whatever their names.
func (l *link) serves(s *config.Server, r config.Retry) bool {
	plain := s.TLS.CAFile == "" && s.TLS.CertFile == "" && s.TLS.KeyFile == ""
	return plain && reflect.DeepEqual(l.server, s) && l.retries == r
}

func newLink(
	name string, s *config.Server, r config.Retry, known doors, watching watchers, log logrus.FieldLogger,
) (*link, error) {
	transport, err := outbound.NewTransport(outbound.TransportOptions{
		CAFile: s.TLS.CAFile, CertFile: s.TLS.CertFile, KeyFile: s.TLS.KeyFile, InsecureSkipVerify: s.TLS.InsecureSkipVerify,
		Proxy: s.Proxy, MaxConnections: s.MaxConnections,
	})
	if err != nil {
		return nil, err
	}
	l := &link{
		server: s, retries: r, retry: retries(r, watching), transport: transport, log: log,
		queries: artifactory.NewQueries(), beside: artifactory.NewQueries(),
		carrier: outbound.Observed(transport, watching.of(name)),
		pace: outbound.NewPace(outbound.PaceOptions{
			RateLimit: s.RateLimit, MaxConnections: s.MaxConnections, Log: log, Throttled: watching.throttled,
		}),
	}
	err = l.login(known.of(name, s))
	return l, err
}

// login is how the clients of the server prove who they are, and what they know
// of the answer.
func (l *link) login(known *outbound.Door) error {
	o := l.server.Auth.OIDC
	if o == nil {
		l.authorize, l.door = authorizer(l.server.Auth), known
		return nil
	}
	var err error
	l.exchange, err = outbound.NewExchange(outbound.OIDC{
		URL: l.server.URL, Provider: o.Provider, Audience: o.Audience, Identity: outbound.FromFile(o.TokenFile),
		Transport: l.carrier, Timeout: l.server.Timeout, UserAgent: userAgent(), Now: time.Now,
	})
	if err != nil {
		return err
	}
	l.authorize, l.door = l.exchange.Authorize, outbound.NewDoor(l.exchange.Renew)
	return nil
}

// warn says what every run says anew.
func (made links) warn() {
	for _, l := range made {
		if l.server.TLS.InsecureSkipVerify {
			l.log.Warn("the server's certificate is not verified: anybody between here and there can read the credentials")
		}
	}
}

// release closes the connections that wait for another request: a server's
// patience with them is long.
func (made links) release() {
	for _, l := range made {
		l.transport.CloseIdleConnections()
	}
}
