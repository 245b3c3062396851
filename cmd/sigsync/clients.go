package main

import (
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
)

// clients are what speaks to the servers that the pairs name, by the servers'
// names: all through the distribution API, and Artifactory through its own too.
type clients struct {
	artifactory map[string]*artifactory.Client
	registry    map[string]*registry.Client
	doors       doors
	// exchanges are those of servers that take identity tokens.
	exchanges  []*outbound.Exchange
	transports []*http.Transport
}

// release closes the connections that wait for another request: the next run
// makes its own, and a server's patience with them is long.
func (made *clients) release() {
	for _, t := range made.transports {
		t.CloseIdleConnections()
	}
}

func newClients(c *config.Config, pairs []config.Pair, known doors, log logrus.FieldLogger) (*clients, error) {
	made := &clients{doors: known, artifactory: map[string]*artifactory.Client{}, registry: map[string]*registry.Client{}}
	for _, p := range pairs {
		for _, name := range []string{p.Source.Server, p.Target.Server} {
			if made.registry[name] != nil {
				continue
			}
			if err := made.add(name, c.Servers[name], c.Retry, log.WithField("server", name)); err != nil {
				return nil, fmt.Errorf("server %s: %w", name, err)
			}
		}
	}
	return made, nil
}

// add makes the clients of a server. They share its connections, its pace and
// what is known of its credentials.
func (made *clients) add(name string, s *config.Server, r config.Retry, log logrus.FieldLogger) error {
	transport, err := outbound.NewTransport(outbound.TransportOptions{
		CAFile: s.TLS.CAFile, CertFile: s.TLS.CertFile, KeyFile: s.TLS.KeyFile, InsecureSkipVerify: s.TLS.InsecureSkipVerify,
		Proxy: s.Proxy, MaxConnections: s.MaxConnections,
	})
	if err != nil {
		return err
	}
	made.transports = append(made.transports, transport)
	if s.TLS.InsecureSkipVerify {
		log.Warn("the server's certificate is not verified: anybody between here and there can read the credentials")
	}
	pace := outbound.NewPace(outbound.PaceOptions{RateLimit: s.RateLimit, MaxConnections: s.MaxConnections, Log: log})
	retry := retries(r)
	authorize, door, err := made.login(name, s, transport)
	if err != nil {
		return err
	}
	made.registry[name], err = newRegistry(s, transport, pace, authorize, door, retry, log)
	if err != nil || s.Type == config.TypeOCI {
		return err
	}
	made.artifactory[name], err = artifactory.New(artifactory.Options{
		URL: s.URL, Authorize: authorize, Door: door, Transport: transport, Timeout: s.Timeout, Pace: pace,
		Retry: retry, UserAgent: userAgent(), Log: log,
	})
	return err
}

// login is how the clients of a server prove who they are, and what they know of
// the answer.
func (made *clients) login(name string, s *config.Server, transport http.RoundTripper) (outbound.Authorizer, *outbound.Door, error) {
	o := s.Auth.OIDC
	if o == nil {
		return authorizer(s.Auth), made.doors.of(name), nil
	}
	exchange, err := outbound.NewExchange(outbound.OIDC{
		URL: s.URL, Provider: o.Provider, Audience: o.Audience, Identity: outbound.FromFile(o.TokenFile),
		Transport: transport, Timeout: s.Timeout, UserAgent: userAgent(), Now: time.Now,
	})
	if err != nil {
		return nil, nil, err
	}
	made.exchanges = append(made.exchanges, exchange)
	return exchange.Authorize, outbound.NewDoor(exchange.Renew), nil
}

func newRegistry(
	s *config.Server, transport http.RoundTripper, pace *outbound.Pace, authorize outbound.Authorizer, door *outbound.Door,
	retry outbound.Retry, log logrus.FieldLogger,
) (*registry.Client, error) {
	o := registry.Options{
		URL: s.URL, Artifactory: s.Type == config.TypeArtifactory, RealmHosts: s.Auth.RealmHosts, Door: door,
		Transport: transport, Timeout: s.Timeout, Pace: pace, Retry: retry, UserAgent: userAgent(), Log: log,
	}
	if o.Artifactory {
		o.Authorize = authorize
	} else {
		o.Credentials = credentials(s.Auth)
	}
	return registry.New(o)
}

func userAgent() string { return "sigsync/" + currentVersion() }

func retries(r config.Retry) outbound.Retry {
	return outbound.Retry{Attempts: r.Attempts, Initial: r.Initial, Max: r.Max}
}

func authorizer(a config.Auth) outbound.Authorizer {
	switch {
	case a.Token != "":
		return outbound.Bearer(outbound.Literal(a.Token.Reveal()))
	case a.TokenFile != "":
		return outbound.Bearer(outbound.FromFile(a.TokenFile))
	case a.APIKey != "":
		return outbound.APIKey(outbound.Literal(a.APIKey.Reveal()))
	case a.PasswordFile != "":
		return outbound.Basic(a.Username, outbound.FromFile(a.PasswordFile))
	case a.Username != "":
		return outbound.Basic(a.Username, outbound.Literal(a.Password.Reveal()))
	default:
		return nil
	}
}

// credentials are those of a plain registry; none leaves it to Docker's
// configuration.
func credentials(a config.Auth) registry.Credentials {
	switch {
	case a.Token != "":
		return registry.Credentials{Token: outbound.Literal(a.Token.Reveal())}
	case a.TokenFile != "":
		return registry.Credentials{Token: outbound.FromFile(a.TokenFile)}
	case a.PasswordFile != "":
		return registry.Credentials{Username: a.Username, Password: outbound.FromFile(a.PasswordFile)}
	case a.Username != "":
		return registry.Credentials{Username: a.Username, Password: outbound.Literal(a.Password.Reveal())}
	default:
		return registry.Credentials{}
	}
}

// read gives a run what it reads with.
func (made *clients) read(o *reconcile.Options) {
	o.Servers, o.Registries = map[string]reconcile.Server{}, map[string]reconcile.Registry{}
	for name, client := range made.artifactory {
		o.Servers[name] = client
	}
	for name, client := range made.registry {
		o.Registries[name] = client
	}
	o.Requests = made.requests
}

// write gives a run what it writes with.
func (made *clients) write(o *reconcile.Options) {
	o.Writers, o.Pushers = map[string]reconcile.Writer{}, map[string]reconcile.Pusher{}
	for name, client := range made.artifactory {
		o.Writers[name] = client
	}
	for name, client := range made.registry {
		o.Pushers[name] = client
	}
}

// requests counts what all of them sent.
func (made *clients) requests() report.Requests {
	sum := report.Requests{ByOperation: map[string]int{"aql": 0, "copy": 0, "storage": 0}}
	count := func(n outbound.Requests) {
		sum.Total += n.Total
		sum.Retries += n.Retries
		for operation, times := range n.ByOperation {
			sum.ByOperation[operation] += times
		}
	}
	for client := range maps.Values(made.artifactory) {
		count(client.Requests())
	}
	for client := range maps.Values(made.registry) {
		count(client.Requests())
	}
	for _, exchange := range made.exchanges {
		count(exchange.Requests())
	}
	return sum
}
