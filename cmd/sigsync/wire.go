package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// clients makes a client for each server that the pairs name.
func clients(c *config.Config, pairs []config.Pair, log logrus.FieldLogger) (map[string]*artifactory.Client, error) {
	made := map[string]*artifactory.Client{}
	for _, p := range pairs {
		for _, name := range []string{p.Source.Server, p.Target.Server} {
			if made[name] != nil {
				continue
			}
			client, err := newClient(c.Servers[name], c.Retry, log.WithField("server", name))
			if err != nil {
				return nil, fmt.Errorf("server %s: %w", name, err)
			}
			made[name] = client
		}
	}
	return made, nil
}

func newClient(s *config.Server, r config.Retry, log logrus.FieldLogger) (*artifactory.Client, error) {
	transport, err := outbound.NewTransport(outbound.TransportOptions{
		CAFile: s.TLS.CAFile, CertFile: s.TLS.CertFile, KeyFile: s.TLS.KeyFile, InsecureSkipVerify: s.TLS.InsecureSkipVerify,
		Proxy: s.Proxy, MaxConnections: s.MaxConnections,
	})
	if err != nil {
		return nil, err
	}
	if s.TLS.InsecureSkipVerify {
		log.Warn("the server's certificate is not verified: anybody between here and there can read the credentials")
	}
	return artifactory.New(artifactory.Options{
		URL: s.URL, Authorize: authorizer(s.Auth), Transport: transport, Timeout: s.Timeout, Limiter: outbound.NewLimiter(s.RateLimit),
		Retry:     outbound.Retry{Attempts: r.Attempts, Initial: r.Initial, Max: r.Max},
		UserAgent: "sigsync/" + currentVersion(), Log: log,
	})
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

// options turns the configuration into what a run needs. What is written with
// is left to the caller: an audit has nothing to write with.
func options(
	c *config.Config, pairs []config.Pair, s *selection, made map[string]*artifactory.Client, log logrus.FieldLogger,
) (reconcile.Options, error) {
	failOn, err := s.states(c.FailOn)
	if err != nil {
		return reconcile.Options{}, err
	}
	servers := map[string]reconcile.Server{}
	for name, client := range made {
		servers[name] = client
	}
	o := reconcile.Options{
		Servers: servers, Images: s.images, Limit: s.limit, All: s.all, FailOn: failOn,
		Scan: c.Concurrency.Scan, Copy: c.Concurrency.Copy,
		Attempts: c.Retry.Attempts, Pause: pauses(c.Retry), Grace: interruptGrace,
		ID: runID(), Version: currentVersion(), Now: time.Now, Log: log,
		Requests: func() report.Requests { return requests(made) },
	}
	for _, p := range pairs {
		pair, err := pairOf(p)
		if err != nil {
			return reconcile.Options{}, err
		}
		o.Pairs = append(o.Pairs, pair)
	}
	return o, nil
}

// interruptGrace is how long copies under way may go on after an interrupt.
const interruptGrace = 10 * time.Second

func pairOf(p config.Pair) (reconcile.Pair, error) {
	pair := reconcile.Pair{
		Name:    p.Name,
		Source:  reconcile.End{Server: p.Source.Server, Repository: p.Source.Repository},
		Target:  reconcile.End{Server: p.Target.Server, Repository: p.Target.Repository},
		Include: p.Images.Include, Exclude: p.Images.Exclude,
		Transport: reconcile.Transport(p.Transport),
	}
	if p.Match == config.MatchDigest {
		pair.Match = plan.MatchDigest
	}
	for _, name := range p.Families {
		family, err := cosign.ParseFamily(string(name))
		if err != nil {
			return pair, fmt.Errorf("pair %s: %w", p.Name, err)
		}
		pair.Families = append(pair.Families, family)
	}
	return pair, nil
}

// writers are what sync writes with.
func writers(made map[string]*artifactory.Client) map[string]reconcile.Writer {
	w := map[string]reconcile.Writer{}
	for name, client := range made {
		w[name] = client
	}
	return w
}

func requests(made map[string]*artifactory.Client) report.Requests {
	sum := report.Requests{ByOperation: map[string]int{"aql": 0, "copy": 0, "storage": 0}}
	for client := range maps.Values(made) {
		n := client.Requests()
		sum.Total += n.Total
		sum.Retries += n.Retries
		for operation, count := range n.ByOperation {
			sum.ByOperation[operation] += count
		}
	}
	return sum
}

func pauses(r config.Retry) func(ctx context.Context, attempts int, asked time.Duration) error {
	retry := outbound.Retry{Attempts: r.Attempts, Initial: r.Initial, Max: r.Max}
	return retry.Pause
}

func runID() string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return time.Now().UTC().Format("20060102T150405Z-") + hex.EncodeToString(random[:])
}
