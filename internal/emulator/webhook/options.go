package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options say how events are sent. The zero value sends each once, in order
// and in the usual form, but to no private address.
type Options struct {
	Form Form
	// ByDigest says what becomes of manifests that have no tag.
	ByDigest ByDigest
	// AllowPrivate sends to loopback and private addresses too. Without it such
	// a delivery is given up at once, as the real server does.
	AllowPrivate bool
	// Duplicate, Reorder and Drop are the shares of deliveries, between 0 and 1,
	// that are sent twice, come after the next one, or are lost. The seed decides
	// which.
	Duplicate, Reorder, Drop float64
	// Seed makes equal shares choose the same deliveries again; 0 means that of
	// the emulator's options.
	Seed uint64
	// Delay passes before each delivery is tried first.
	Delay time.Duration
	// Wait passes between two tries; 0 means ten seconds.
	Wait time.Duration
	// Hold is how long a reordered delivery waits for a next one to go before it;
	// 0 means a second.
	Hold time.Duration
	// Timeout bounds one try; 0 means thirty seconds.
	Timeout time.Duration
	// Pending is how many deliveries may be under way; more are lost. 0 means 4096.
	Pending int
	// Origin is the platform's URL as it names itself; "" means that of the
	// emulator's BaseURL, and no origin without that.
	Origin string
	// Sleep waits, and returns early with an error when ctx ends; nil waits for
	// real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
	// Observe is told of every attempt, from several goroutines, one at a time. It
	// must not call the sender; nil means nobody is told.
	Observe func(Attempt)
}

// ByDigest is what is sent for a manifest that is put or deleted by its
// digest. The documentation speaks of tags only.
type ByDigest int

// The readings: the digest stands for the tag, the tag is empty, or there is no event.
const (
	DigestAsTag ByDigest = iota
	EmptyTag
	NoEvent
)

// Tries is how often a delivery is tried at most.
const Tries = 5

// concurrency is how many requests are sent at a time.
const concurrency = 32

func (o Options) withDefaults() Options {
	if o.Wait == 0 {
		o.Wait = 10 * time.Second
	}
	if o.Hold == 0 {
		o.Hold = time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Pending == 0 {
		o.Pending = 4096
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
}

// Validate returns every problem of the options at once.
func (o Options) Validate() error {
	problems := []error{o.Form.validate()}
	for name, share := range map[string]float64{"duplicate": o.Duplicate, "reorder": o.Reorder, "drop": o.Drop} {
		if !(share >= 0 && share <= 1) {
			problems = append(problems, fmt.Errorf("share %s: %v is not between 0 and 1", name, share))
		}
	}
	if o.ByDigest < DigestAsTag || o.ByDigest > NoEvent {
		problems = append(problems, fmt.Errorf("by digest: %d is no reading", o.ByDigest))
	}
	if min(o.Delay, o.Wait, o.Hold, o.Timeout) < 0 || o.Pending < 0 {
		problems = append(problems, errors.New("a time or number is negative"))
	}
	return errors.Join(problems...)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
