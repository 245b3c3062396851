package webhook

import (
	"errors"
	"slices"
)

// maxSubscriptions is how many are kept.
const maxSubscriptions = 1000

// Subscriptions returns all subscriptions in the order in which they were made.
func (s *Sender) Subscriptions() []Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.subscriptions)
}

// Add makes a subscription that is valid. The error says that its key is taken
// or that there are too many.
func (s *Sender) Add(one Subscription) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.index(one.Key) >= 0:
		return errors.New("there is a subscription of that key")
	case len(s.subscriptions) >= maxSubscriptions:
		return errors.New("there are too many subscriptions")
	}
	s.subscriptions = append(s.subscriptions, one)
	return nil
}

// Replace changes the subscription of the same key, and tells whether there is
// one. A handler without a secret keeps the one that its URL had.
func (s *Sender) Replace(one Subscription) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.index(one.Key)
	if n >= 0 {
		s.subscriptions[n] = one.keepSecrets(s.subscriptions[n])
	}
	return n >= 0
}

// Remove ends a subscription, and tells whether there was one. What is under
// way to it is still delivered.
func (s *Sender) Remove(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.index(key)
	if n >= 0 {
		s.subscriptions = slices.Delete(s.subscriptions, n, n+1)
		s.forget(key)
	}
	return n >= 0
}

func (s *Sender) index(key string) int {
	return slices.IndexFunc(s.subscriptions, func(one Subscription) bool { return one.Key == key })
}
