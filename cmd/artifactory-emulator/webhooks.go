package main

import (
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// webhooks are the subscriptions and how their events are sent.
type webhooks struct {
	Subscriptions []subscription `yaml:"subscriptions"`
	Form          form           `yaml:"form"`
	Without       []string       `yaml:"without"`
	FullImageName bool           `yaml:"full_image_name"`
	UserContext   bool           `yaml:"user_context"`
	ByDigest      byDigest       `yaml:"by_digest"`
	AllowPrivate  bool           `yaml:"allow_private"`
	Duplicate     float64        `yaml:"duplicate"`
	Reorder       float64        `yaml:"reorder"`
	Drop          float64        `yaml:"drop"`
	Delay         time.Duration  `yaml:"delay"`
	Wait          time.Duration  `yaml:"wait"`
	Hold          time.Duration  `yaml:"hold"`
	Timeout       time.Duration  `yaml:"timeout"`
}

// subscription is to all events of all repositories unless it says otherwise.
type subscription struct {
	Key          string            `yaml:"key"`
	URL          string            `yaml:"url"`
	Secret       string            `yaml:"secret"`
	Sign         bool              `yaml:"sign"`
	Events       []webhook.Type    `yaml:"events"`
	Repositories []string          `yaml:"repositories"`
	Include      []string          `yaml:"include"`
	Exclude      []string          `yaml:"exclude"`
	Headers      map[string]string `yaml:"headers"`
}

// form and byDigest are written as words.
type (
	form     bool
	byDigest webhook.ByDigest
)

// UnmarshalYAML reads the name of a form.
func (f *form) UnmarshalYAML(node *yaml.Node) error {
	flat, err := word(node, forms())
	*f = form(flat)
	return err
}

// forms tell which words mean the flat form.
func forms() map[string]bool { return map[string]bool{"enveloped": false, "flat": true} }

// UnmarshalYAML reads what becomes of events without a tag.
func (b *byDigest) UnmarshalYAML(node *yaml.Node) error {
	named, err := word(node, map[string]webhook.ByDigest{
		"digest": webhook.DigestAsTag, "empty": webhook.EmptyTag, "none": webhook.NoEvent,
	})
	*b = byDigest(named)
	return err
}

func (w webhooks) options() webhook.Options {
	return webhook.Options{
		Form: webhook.Form{
			Flat: bool(w.Form), Without: w.Without, FullImageName: w.FullImageName, UserContext: w.UserContext,
		},
		ByDigest: webhook.ByDigest(w.ByDigest), AllowPrivate: w.AllowPrivate,
		Duplicate: w.Duplicate, Reorder: w.Reorder, Drop: w.Drop,
		Delay: w.Delay, Wait: w.Wait, Hold: w.Hold, Timeout: w.Timeout,
	}
}

func (w webhooks) subscriptions() []webhook.Subscription {
	var all []webhook.Subscription
	for _, s := range w.Subscriptions {
		all = append(all, s.subscription())
	}
	return all
}

func (s subscription) subscription() webhook.Subscription {
	one := webhook.Everything(s.Key, s.URL, s.Secret)
	if len(s.Events) > 0 {
		one.EventFilter.EventTypes = s.Events
	}
	c := &one.EventFilter.Criteria
	if len(s.Repositories) > 0 {
		c.AnyLocal, c.AnyRemote, c.RepoKeys = false, false, s.Repositories
	}
	c.IncludePatterns, c.ExcludePatterns = s.Include, s.Exclude
	one.Handlers[0].UseSecretForSigning = s.Sign
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		one.Handlers[0].CustomHTTPHeaders = append(one.Handlers[0].CustomHTTPHeaders, webhook.Header{Name: name, Value: s.Headers[name]})
	}
	return one
}
