package webhook

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
)

// Sender sends events to those who subscribed. It is safe for concurrent use.
type Sender struct {
	options Options
	client  *http.Client
	// start runs something in a goroutine of its own. Its context ends at Close,
	// or with the function that is returned.
	start  func(work func(ctx context.Context)) context.CancelFunc
	cancel context.CancelFunc
	ended  sync.WaitGroup
	places chan struct{} // taken by requests

	logging  sync.Mutex
	attempts []Attempt

	mu            sync.Mutex
	closed        bool
	subscriptions []Subscription
	lines         map[lineKey]*line
	pending       map[*delivery]bool
	decisions     uint64 // about deliveries, so far
}

// NewSender makes a sender for subscriptions that are valid, as the options are.
//
//nolint:contextcheck,nolintlint // it works until Close, whoever makes it; used at the callers
func NewSender(o Options, subscriptions ...Subscription) *Sender {
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sender{
		options: o, client: newClient(o.AllowPrivate), cancel: cancel,
		places: make(chan struct{}, concurrency), subscriptions: slices.Clone(subscriptions),
		lines: map[lineKey]*line{}, pending: map[*delivery]bool{},
	}
	s.start = func(work func(ctx context.Context)) context.CancelFunc {
		own, end := context.WithCancel(ctx)
		s.ended.Go(func() {
			defer end()
			work(own)
		})
		return end
	}
	return s
}

// Send sends an event to every subscription that wants it, and does not wait
// for any of them.
func (s *Sender) Send(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	for _, subscription := range s.subscriptions {
		if !subscription.wants(e) {
			continue
		}
		for n := range subscription.Handlers {
			s.decide(e, subscription, n)
		}
	}
}

// decide makes the deliveries of an event to one handler: one, none or two.
func (s *Sender) decide(e Event, subscription Subscription, handler int) {
	s.decisions++
	random := rand.New(rand.NewPCG(s.options.Seed, s.decisions)) //nolint:gosec // disorder, not secrecy
	drop, twice, late := random.Float64() < s.options.Drop, random.Float64() < s.options.Duplicate, random.Float64() < s.options.Reorder
	d := &delivery{handler: subscription.Handlers[handler], report: Attempt{
		Subscription: subscription.Key, URL: bare(subscription.Handlers[handler].URL), Type: e.Type, Repo: e.Repo, Path: e.Path,
	}}
	body, err := s.options.Form.encode(e, subscription.Key, s.options.Origin)
	switch {
	case err != nil:
		s.record(d.lost(fmt.Sprintf("encode: %v", err)))
		return
	case drop:
		s.record(d.lost("dropped"))
		return
	}
	d.body = body
	copies := []*delivery{d}
	if twice {
		copies = append(copies, d.again())
	}
	s.join(lineKey{subscription.Key, handler}, copies, late)
}

// Delivered waits until everything that was sent so far is delivered or given
// up. The error is that of a context that ended before.
func (s *Sender) Delivered(ctx context.Context) error {
	s.mu.Lock()
	s.release()
	waiting := make([]*delivery, 0, len(s.pending))
	for d := range s.pending {
		waiting = append(waiting, d)
	}
	s.mu.Unlock()
	for _, d := range waiting {
		select {
		case <-d.over:
		case <-ctx.Done():
			return fmt.Errorf("wait for deliveries: %w", ctx.Err())
		}
	}
	return nil
}

// Close gives up what is under way and returns when none of the sender's
// goroutines is left. What is sent after that is lost.
func (s *Sender) Close() {
	s.mu.Lock()
	s.closed = true
	s.release()
	s.mu.Unlock()
	s.cancel()
	s.ended.Wait()
	s.client.CloseIdleConnections()
}
