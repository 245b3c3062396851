package webhook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// TestCriteria holds artifactory 8: what a subscription is sent.
func TestCriteria(t *testing.T) {
	local := pushed("1.0")
	cached := pushed("1.0")
	cached.Repo, cached.Cache = "hub-cache", true
	promoted := pushed("1.0")
	promoted.Type, promoted.TargetRepo = webhook.Promoted, "prod"
	all := []webhook.Type{webhook.Pushed, webhook.Promoted, webhook.Deleted}
	for _, c := range []struct {
		name     string
		event    webhook.Event
		types    []webhook.Type
		criteria webhook.Criteria
		want     bool
	}{
		{"any local", local, all, webhook.Criteria{AnyLocal: true}, true},
		{"any local, cache", cached, all, webhook.Criteria{AnyLocal: true}, false},
		{"any remote, cache", cached, all, webhook.Criteria{AnyRemote: true}, true},
		{"any remote, local", local, all, webhook.Criteria{AnyRemote: true}, false},
		{"key", local, all, webhook.Criteria{RepoKeys: []string{"x", "dev"}}, true},
		{"key of the remote", cached, all, webhook.Criteria{RepoKeys: []string{"hub"}}, true},
		{"key of the cache", cached, all, webhook.Criteria{RepoKeys: []string{"hub-cache"}}, true},
		{"another key", local, all, webhook.Criteria{RepoKeys: []string{"prod"}}, false},
		{"a promotion's source", promoted, all, webhook.Criteria{RepoKeys: []string{"dev"}}, true},
		{"a promotion's target", promoted, all, webhook.Criteria{RepoKeys: []string{"prod"}}, false},
		{"type", promoted, []webhook.Type{webhook.Promoted}, webhook.Criteria{AnyLocal: true}, true},
		{"another type", local, []webhook.Type{webhook.Promoted}, webhook.Criteria{AnyLocal: true}, false},
		{"included", local, all, webhook.Criteria{AnyLocal: true, IncludePatterns: []string{"x/**", "team/**"}}, true},
		{"not included", local, all, webhook.Criteria{AnyLocal: true, IncludePatterns: []string{"team/*"}}, false},
		{"excluded", local, all, webhook.Criteria{AnyLocal: true, IncludePatterns: []string{"**"}, ExcludePatterns: []string{"team/**"}}, false},
		{"not excluded", local, all, webhook.Criteria{AnyLocal: true, ExcludePatterns: []string{"other/**"}}, true},
	} {
		r := receive(t)
		one := webhook.Everything("sub", r.URL, "")
		one.EventFilter.EventTypes, one.EventFilter.Criteria = c.types, c.criteria
		off := one
		off.Key, off.Enabled = "off", false
		s := sender(t, webhook.Options{}, one, off)
		s.Send(c.event)
		delivered(t, s)
		if got := len(r.got) == 1; got != c.want || len(r.got) > 1 {
			t.Errorf("%s: %d events came, want %v", c.name, len(r.got), c.want)
		}
	}
}

func TestChangingSubscriptions(t *testing.T) {
	first, second := receive(t), receive(t)
	s := sender(t, webhook.Options{})
	if err := s.Add(webhook.Everything("a", first.URL, "secret")); err != nil {
		t.Fatalf("Add(a) = %v", err)
	}
	if err := s.Add(webhook.Everything("a", second.URL, "")); err == nil {
		t.Error("Add(a) again = nil, want an error")
	}
	changed := webhook.Everything("a", first.URL, "")
	changed.Handlers = append(changed.Handlers, webhook.Handler{URL: second.URL})
	if !s.Replace(changed) || s.Replace(webhook.Everything("b", first.URL, "")) {
		t.Error("Replace must change what is there, and nothing else")
	}
	s.Send(pushed("1"))
	delivered(t, s)
	if got := first.got[0].header.Get(webhook.AuthHeader); got != "secret" {
		t.Errorf("secret after a change without one = %q, want it kept", got)
	}
	if got := second.got[0].header.Get(webhook.AuthHeader); got != "" {
		t.Errorf("secret of another URL = %q, want none", got)
	}
	changed.Handlers[1].Secret = "new"
	if s.Replace(changed); s.Subscriptions()[0].Handlers[1].Secret != "new" {
		t.Errorf("handlers = %+v, want a secret that changes", s.Subscriptions()[0].Handlers)
	}
	changed.Handlers[1].Secret = "newer"
	if s.Replace(changed); s.Subscriptions()[0].Handlers[1].Secret != "newer" {
		t.Errorf("handlers = %+v, want a secret that changes again", s.Subscriptions()[0].Handlers)
	}
	for _, h := range s.Subscriptions()[0].Public().Handlers {
		if h.Secret != "" {
			t.Errorf("Public() shows the secret %q", h.Secret)
		}
	}
	if s.Subscriptions()[0].Handlers[0].Secret != "secret" {
		t.Error("Public() took the secret away")
	}
	if !s.Remove("a") || s.Remove("a") {
		t.Error("Remove must tell whether there was a subscription")
	}
	s.Send(pushed("2"))
	delivered(t, s)
	if diff := cmp.Diff([]string{"1"}, first.tags(t)); diff != "" {
		t.Errorf("tags after Remove (-want +got):\n%s", diff)
	}
}

// TestRemovalLetsTheHeldGo: what was held back for a next event is not lost when
// there is none.
func TestRemovalLetsTheHeldGo(t *testing.T) {
	r := receive(t)
	s := sender(t, webhook.Options{Reorder: 1}, webhook.Everything("a", r.URL, ""))
	s.Send(pushed("1"))
	s.Remove("a")
	delivered(t, s)
	if diff := cmp.Diff([]string{"1"}, r.tags(t)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestValidateSubscription(t *testing.T) {
	for want, change := range map[string]func(*webhook.Subscription){
		"":                                  func(*webhook.Subscription) {},
		`subscription "": not a key`:        func(s *webhook.Subscription) { s.Key = "" },
		`not a key`:                         func(s *webhook.Subscription) { s.Key = "a/b" },
		`domain "artifact" is not emulated`: func(s *webhook.Subscription) { s.EventFilter.Domain = "artifact" },
		`no event types`:                    func(s *webhook.Subscription) { s.EventFilter.EventTypes = nil },
		`unknown event type "copied"`:       func(s *webhook.Subscription) { s.EventFilter.EventTypes = []webhook.Type{"copied"} },
		`criteria choose no repository`:     func(s *webhook.Subscription) { s.EventFilter.Criteria = webhook.Criteria{} },
		`bad pattern "["`:                   func(s *webhook.Subscription) { s.EventFilter.Criteria.ExcludePatterns = []string{"["} },
		`has 0 handlers`:                    func(s *webhook.Subscription) { s.Handlers = nil },
		`handler type "custom" is not`:      func(s *webhook.Subscription) { s.Handlers[0].Type = "custom" },
		`handler without an HTTP URL`:       func(s *webhook.Subscription) { s.Handlers[0].URL = "ftp://u:pw@h/" },
		`secret of more than one line`:      func(s *webhook.Subscription) { s.Handlers[0].Secret = "pw\npw" },
		`more than 50 headers`:              func(s *webhook.Subscription) { s.Handlers[0].CustomHTTPHeaders = make([]webhook.Header, 51) },
		`header "x-jfrog-event-auth" cannot be`: func(s *webhook.Subscription) {
			s.Handlers[0].CustomHTTPHeaders = []webhook.Header{{Name: "x-jfrog-event-auth"}}
		},
	} {
		one := webhook.Everything("a", "http://h/", "pw")
		change(&one)
		err := one.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("Validate() = %v, want %q", err, want)
		}
		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("Validate() = %v tells a secret", err)
		}
	}
}

func TestValidateOptions(t *testing.T) {
	for _, o := range []webhook.Options{
		{Drop: -0.1},
		{Reorder: 1.1},
		{Duplicate: 2},
		{Wait: -1},
		{Delay: -1},
		{Pending: -1},
		{ByDigest: 3},
		{Form: webhook.Form{Without: []string{"path"}}},
	} {
		if o.Validate() == nil {
			t.Errorf("Validate(%+v) = nil, want an error", o)
		}
	}
	if err := (webhook.Options{Drop: 1, Reorder: 1, Duplicate: 1}).Validate(); err != nil {
		t.Errorf("Validate() = %v, want nil", err)
	}
}
