package main

import (
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/cache"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
)

// setup is a configuration with all that its runs share: what it names was read
// and found to do.
type setup struct {
	config *config.Config
	pairs  []reconcile.Pair
	failOn []plan.State
	memory reconcile.Memory
	links  links
	// notifier tells how runs ended.
	notifier *notify.Notifier
	// secret is the webhook's, "" for none.
	secret outbound.Secret
	log    logrus.FieldLogger
}

// ways are those to the servers; a setup that is not there has none.
func (s *setup) ways() links {
	if s == nil {
		return nil
	}
	return s.links
}

// names are those of the pairs.
func (s *setup) names() []string {
	names := make([]string, len(s.pairs))
	for i, p := range s.pairs {
		names[i] = p.Name
	}
	return names
}

// setUp reads what the configuration names, and makes the ways to its servers.
// It sends nothing. An error is one of usage.
// What before has, where that is the same, is kept; nil is the first.
func (p *pass) setUp(c *config.Config, before *setup, log logrus.FieldLogger) (*setup, error) {
	s := &setup{config: c, log: log}
	chosen, err := p.choose(c.Pairs)
	if err != nil {
		return nil, usage(err)
	}
	if s.failOn, err = p.states(c.FailOn); err != nil {
		return nil, usage(err)
	}
	if c.Cache.Dir != "" {
		if s.memory, err = cache.Open(c.Cache.Dir, log); err != nil {
			return nil, usage(err)
		}
	}
	for _, one := range chosen {
		pair, err := pairOf(one)
		if err != nil {
			return nil, usage(err)
		}
		s.pairs = append(s.pairs, pair)
	}
	if s.links, err = newLinks(c, chosen, before.ways(), p.doors, p.telemetry.watchers(), log); err != nil {
		return nil, usage(err)
	}
	if s.notifier, err = p.notifier(c.Notify, log); err != nil {
		return nil, usage(err)
	}
	s.secret = secretOf(c.Serve.Webhook)
	_, err = p.options(s, false) // what is wrong now would be wrong in every run
	return s, err
}

func secretOf(w config.Webhook) outbound.Secret {
	if w.SecretFile != "" {
		return outbound.FromFile(w.SecretFile)
	}
	return outbound.Literal(w.Secret.Reveal())
}

// options are what a run over all pairs needs; beside tells that it goes on
// beside another one. What is written with is left to the caller: an audit has
// nothing to write with.
func (p *pass) options(s *setup, beside bool) (reconcile.Options, error) {
	made, err := newClients(s.links, beside)
	if err != nil {
		return reconcile.Options{}, usage(err)
	}
	o := reconcile.Options{
		Pairs: s.pairs, Images: p.images, Shard: p.shard, All: p.all, FailOn: s.failOn,
		Limit: p.limit, Limits: reconcile.Limits(s.config.Limits),
		Scan: s.config.Concurrency.Scan, Copy: s.config.Concurrency.Copy, Memory: s.memory,
		Attempts: s.config.Retry.Attempts, Pause: retries(s.config.Retry, p.telemetry.watchers()).Pause, Grace: interruptGrace,
		ID: runID(), Version: currentVersion(), Now: time.Now, Log: s.log,
	}
	made.read(&o)
	p.arm(&o, made)
	return o, nil
}
