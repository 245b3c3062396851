package main

import (
	"fmt"
	"maps"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
)

// clients are what speaks to the servers that the pairs name, by the servers'
// names: all through the distribution API, and Artifactory through its own too.
// Each run has its own, which count what it sends.
type clients struct {
	artifactory map[string]*artifactory.Client
	registry    map[string]*registry.Client
	links       links
	// before is what the exchanges of identity tokens had sent for other runs.
	before map[string]outbound.Requests
}

// newClients makes the clients of a run; beside tells that it goes on beside
// another one, for whose listings it should not wait.
func newClients(through links, beside bool) (*clients, error) {
	made := &clients{
		links: through, before: map[string]outbound.Requests{},
		artifactory: map[string]*artifactory.Client{}, registry: map[string]*registry.Client{},
	}
	for name, l := range through {
		if err := made.add(name, l, beside); err != nil {
			return nil, fmt.Errorf("server %s: %w", name, err)
		}
		if l.exchange != nil {
			made.before[name] = l.exchange.Requests()
		}
	}
	return made, nil
}

// add makes the clients of a server.
func (made *clients) add(name string, l *link, beside bool) (err error) {
	s, queries := l.server, l.queries
	if beside {
		queries = l.beside
	}
	if made.registry[name], err = newRegistry(l); err != nil || s.Type == config.TypeOCI {
		return err
	}
	made.artifactory[name], err = artifactory.New(artifactory.Options{
		URL: s.URL, Authorize: l.authorize, Door: l.door, Transport: l.carrier, Timeout: s.Timeout, Pace: l.pace,
		Queries: queries, Retry: l.retry, UserAgent: userAgent(), Log: l.log,
	})
	return err
}

func newRegistry(l *link) (*registry.Client, error) {
	s := l.server
	o := registry.Options{
		URL: s.URL, Artifactory: s.Type == config.TypeArtifactory, RealmHosts: s.Auth.RealmHosts, Door: l.door,
		Transport: l.carrier, Timeout: s.Timeout, Pace: l.pace, Retry: l.retry, UserAgent: userAgent(), Log: l.log,
	}
	if o.Artifactory {
		o.Authorize = l.authorize
	} else {
		o.Credentials = credentials(s.Auth)
	}
	return registry.New(o)
}

func userAgent() string { return "sigsync/" + currentVersion() }

func retries(r config.Retry, w watchers) outbound.Retry {
	return outbound.Retry{Attempts: r.Attempts, Initial: r.Initial, Max: r.Max, Throttled: w.throttled}
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

// requests counts what all of them sent. An exchange of identity tokens is the
// server's: where runs go on beside each other, either counts it.
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
	for name, l := range made.links {
		if l.exchange != nil {
			count(since(made.before[name], l.exchange.Requests()))
		}
	}
	return sum
}

// since is what was sent after something else had been.
func since(before, now outbound.Requests) outbound.Requests {
	now.Total -= before.Total
	now.Retries -= before.Retries
	for operation, times := range before.ByOperation {
		now.ByOperation[operation] -= times
	}
	return now
}
