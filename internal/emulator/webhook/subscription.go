package webhook

import (
	"slices"
	"strings"
)

// Subscription says which events are sent, and where to. It is also what the
// REST API reads and writes (facts 8).
type Subscription struct {
	Key         string `json:"key"`
	Description string `json:"description"`
	// Enabled subscriptions are sent events, others are only kept.
	Enabled     bool      `json:"enabled"`
	EventFilter Filter    `json:"event_filter"`
	Handlers    []Handler `json:"handlers"`
}

// Filter chooses events.
type Filter struct {
	// Domain must be Domain.
	Domain     string   `json:"domain"`
	EventTypes []Type   `json:"event_types"`
	Criteria   Criteria `json:"criteria"`
}

// Criteria choose events by the repository and the path of the manifest.
type Criteria struct {
	// AnyLocal takes every local and federated repository, AnyRemote every
	// remote one.
	AnyLocal  bool `json:"anyLocal"`
	AnyRemote bool `json:"anyRemote"`
	// RepoKeys are taken besides. A remote repository's key means its cache too.
	RepoKeys []string `json:"repoKeys"`
	// IncludePatterns and ExcludePatterns are Ant patterns of paths; without an
	// IncludePatterns every path is taken.
	IncludePatterns []string `json:"includePatterns"`
	ExcludePatterns []string `json:"excludePatterns"`
}

// Handler is who is told.
type Handler struct {
	// Type is KindWebhook, or "" for the same.
	Type string `json:"handler_type"`
	URL  string `json:"url"`
	// Secret is sent as it is, or signs what is sent; "" sends neither.
	Secret              string `json:"secret,omitempty"`
	UseSecretForSigning bool   `json:"use_secret_for_signing"`
	// Proxy is kept and shown; it is the key of a proxy that is not there.
	Proxy             string   `json:"proxy"`
	CustomHTTPHeaders []Header `json:"custom_http_headers"`
}

// Header is sent with every event.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// KindWebhook is the only type of handlers: one whose payload the server
// decides on.
const KindWebhook = "webhook"

// Everything subscribes a URL to all events of local and remote repositories.
// The secret is sent as it is.
func Everything(key, url, secret string) Subscription {
	return Subscription{
		Key: key, Enabled: true,
		EventFilter: Filter{
			Domain: Domain, EventTypes: []Type{Pushed, Promoted, Deleted},
			Criteria: Criteria{AnyLocal: true, AnyRemote: true},
		},
		Handlers: []Handler{{Type: KindWebhook, URL: url, Secret: secret}},
	}
}

// Public is the subscription without its secrets, as the REST API shows it.
func (s Subscription) Public() Subscription {
	s.Handlers = slices.Clone(s.Handlers)
	for n := range s.Handlers {
		s.Handlers[n].Secret = ""
	}
	return s
}

// keepSecrets takes over the secrets of another version of the subscription
// for handlers of the same URL that come without one.
func (s Subscription) keepSecrets(old Subscription) Subscription {
	s.Handlers = slices.Clone(s.Handlers)
	for n, h := range s.Handlers {
		same := slices.IndexFunc(old.Handlers, func(o Handler) bool { return o.URL == h.URL })
		if h.Secret == "" && same >= 0 {
			s.Handlers[n].Secret = old.Handlers[same].Secret
		}
	}
	return s
}

// wants tells whether the subscription is sent the event.
func (s Subscription) wants(e Event) bool {
	c := s.EventFilter.Criteria
	return s.Enabled && slices.Contains(s.EventFilter.EventTypes, e.Type) && c.covers(e) && c.matches(e.Path)
}

func (c Criteria) covers(e Event) bool {
	return c.AnyLocal && !e.Cache || c.AnyRemote && e.Cache || slices.Contains(c.RepoKeys, e.Repo) ||
		e.Cache && slices.Contains(c.RepoKeys, strings.TrimSuffix(e.Repo, "-cache"))
}

func (c Criteria) matches(path string) bool {
	if slices.ContainsFunc(c.ExcludePatterns, match(path)) {
		return false
	}
	return len(c.IncludePatterns) == 0 || slices.ContainsFunc(c.IncludePatterns, match(path))
}
