package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

const (
	// maxHandlers and maxHeaders are of one subscription.
	maxHandlers = 10
	maxHeaders  = 50
)

// Validate returns the first problem of a subscription. No secret is in it.
func (s Subscription) Validate() error {
	f := s.EventFilter
	switch {
	case s.Key == "" || strings.ContainsAny(s.Key, "/ ?#"):
		return fmt.Errorf("subscription %q: not a key", s.Key)
	case f.Domain != Domain:
		return fmt.Errorf("subscription %q: domain %q is not emulated", s.Key, f.Domain)
	case len(f.EventTypes) == 0:
		return fmt.Errorf("subscription %q: no event types", s.Key)
	case len(s.Handlers) == 0 || len(s.Handlers) > maxHandlers:
		return fmt.Errorf("subscription %q: has %d handlers, 1 to %d are possible", s.Key, len(s.Handlers), maxHandlers)
	}
	for _, t := range f.EventTypes {
		if !slices.Contains([]Type{Pushed, Promoted, Deleted}, t) {
			return fmt.Errorf("subscription %q: unknown event type %q", s.Key, t)
		}
	}
	if err := f.Criteria.validate(); err != nil {
		return fmt.Errorf("subscription %q: %w", s.Key, err)
	}
	for _, h := range s.Handlers {
		if err := h.validate(); err != nil {
			return fmt.Errorf("subscription %q: %w", s.Key, err)
		}
	}
	return nil
}

func (c Criteria) validate() error {
	if !c.AnyLocal && !c.AnyRemote && len(c.RepoKeys) == 0 {
		return errors.New("criteria choose no repository")
	}
	for _, pattern := range slices.Concat(c.IncludePatterns, c.ExcludePatterns) {
		if !doublestar.ValidatePattern(pattern) {
			return fmt.Errorf("bad pattern %q", pattern)
		}
	}
	return nil
}

func (h Handler) validate() error {
	u, err := url.Parse(h.URL)
	switch {
	case h.Type != "" && h.Type != KindWebhook:
		return fmt.Errorf("handler type %q is not emulated", h.Type)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("handler without an HTTP URL")
	case strings.ContainsAny(h.Secret, "\r\n"):
		return errors.New("secret of more than one line")
	case len(h.CustomHTTPHeaders) > maxHeaders:
		return fmt.Errorf("more than %d headers", maxHeaders)
	}
	for _, header := range h.CustomHTTPHeaders {
		if header.Name == "" || http.CanonicalHeaderKey(header.Name) == AuthHeader {
			return fmt.Errorf("header %q cannot be chosen", header.Name)
		}
	}
	return nil
}

// match tests Ant patterns, whose ** and * mean what doublestar's do.
func match(path string) func(string) bool {
	return func(pattern string) bool {
		ok, err := doublestar.Match(pattern, path)
		return ok && err == nil
	}
}
