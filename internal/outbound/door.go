package outbound

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/sigsync/sigsync/internal/oci"
)

// Door lets the first request to a server go alone, and none after it while its
// credentials are those that were refused: servers lock an account after a few
// bad logins, and a run sends many requests at once. Credentials that end in
// the middle of a run close it again. Those that a server took once may be good
// again: they are tried after a pause of a quarter of an hour, and then after
// twice as long each time, up to four hours. The clients of one server share one.
type Door struct {
	renew func(refused string)
	now   func() time.Time

	// accepted are the credentials that were taken last. A request may ask for
	// them while it holds the door.
	accepted atomic.Pointer[fingerprint]

	// alone is held by the request that goes alone: a lock whose wait a context ends.
	alone *semaphore.Weighted

	mu sync.Mutex
	// open is for the credentials that a server judged last and did not refuse.
	open    fingerprint
	refused *Error // the credentials "by" were refused so
	by      fingerprint
	since   time.Time
	// pause is how long the credentials that were refused are kept back, if they
	// were taken before.
	pause time.Duration
	// hopeless are credentials that were refused right after others had been.
	hopeless fingerprint
}

// NewDoor makes the door of a server. renew has other credentials identify the
// next request than those that were refused; nil where there are no others.
func NewDoor(renew func(refused string)) *Door {
	d := &Door{renew: renew, alone: semaphore.NewWeighted(1)}
	d.now = time.Now
	return d
}

// fingerprint tells credentials apart without holding them.
type fingerprint [sha256.Size]byte

// Pass sends a request, or repeats why its credentials need not be tried.
// identify makes the request's credentials, as a text that tells them apart; ""
// is none. asked is the request as an Error tells it. The context ends the wait
// for the request that goes alone. Credentials are refused by an Error that
// wraps oci.ErrUnauthorized; where there are others the request is sent once
// more: what was refused so has done nothing.
func (d *Door) Pass(ctx context.Context, identify func() (string, error), asked Error, send func() error) error {
	by, err := identify()
	if err != nil {
		return err
	}
	err = d.once(ctx, by, asked, send)
	if !d.renews(by, err) {
		return err
	}
	renewed, failed := identify()
	if failed != nil {
		return failed
	}
	err = d.once(ctx, renewed, asked, send)
	d.despair(renewed, err)
	return err
}

func (d *Door) once(ctx context.Context, by string, asked Error, send func() error) error {
	if by == "" {
		return send()
	}
	who := fingerprint(sha256.Sum256([]byte(by)))
	if !d.opened(who) {
		if d.alone.Acquire(ctx, 1) != nil {
			asked.Cause = context.Cause(ctx)
			return &asked
		}
		if d.opened(who) { // meanwhile
			d.alone.Release(1)
		} else {
			defer d.alone.Release(1)
		}
	}
	if refusal := d.repeated(who); refusal != nil {
		asked.Status, asked.Messages, asked.Cause = refusal.Status, refusal.Messages, refusal.Cause
		return &asked
	}
	err := send()
	d.note(who, err)
	return err
}

func (d *Door) opened(by fingerprint) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open == by
}

// repeated is how the credentials were refused; nil where they were not.
func (d *Door) repeated(by fingerprint) *Error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == by || d.by != by || d.refused == nil {
		return nil
	}
	if d.took(by) && d.now().Sub(d.since) >= d.pause {
		return nil
	}
	again := *d.refused
	if d.now().Sub(d.since) > time.Minute { // it was another run
		again.Messages = append(slices.Clone(again.Messages),
			"it was not asked: these credentials were refused at "+d.since.UTC().Format(time.RFC3339))
	}
	return &again
}

// renews has refused credentials renewed.
func (d *Door) renews(by string, err error) bool {
	if d.renew == nil || by == "" || !errors.Is(err, oci.ErrUnauthorized) {
		return false
	}
	d.mu.Lock()
	hopeless := d.hopeless == sha256.Sum256([]byte(by))
	d.mu.Unlock()
	if !hopeless {
		d.renew(by)
	}
	return !hopeless
}

// despair keeps credentials that never did from being renewed without end.
func (d *Door) despair(by string, err error) {
	who := fingerprint(sha256.Sum256([]byte(by)))
	d.mu.Lock()
	defer d.mu.Unlock()
	if errors.Is(err, oci.ErrUnauthorized) && !d.took(who) {
		d.hopeless = who
	}
}

// Closed tells whether the credentials that were used last were refused.
func (d *Door) Closed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open == fingerprint{} && d.refused != nil
}

// Accepted tells whether the credentials were the last that a server took.
func (d *Door) Accepted(by string) bool {
	return d.took(sha256.Sum256([]byte(by)))
}

func (d *Door) took(who fingerprint) bool {
	last := d.accepted.Load()
	return last != nil && *last == who
}

// note closes the door on credentials that were refused, and opens it for those
// that a server judged otherwise. A failure that may pass says nothing of them.
func (d *Door) note(by fingerprint, err error) {
	if err == nil || errors.Is(err, oci.ErrNotFound) {
		d.accepted.Store(&by)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	e, answered := errors.AsType[*Error](err)
	switch {
	case answered && errors.Is(e, oci.ErrUnauthorized):
		d.keepBack(by)
		d.refused, d.by = e, by
		if d.open == by { // else it is a late answer to what was renewed since
			d.open = fingerprint{}
		}
	case err == nil || answered && e.Status != 0 && !e.Passing():
		d.open = by
	}
}

// The pauses of credentials that a server took once.
const (
	firstPause = 15 * time.Minute
	maxPause   = 4 * time.Hour
)

// keepBack notes when credentials were refused.
func (d *Door) keepBack(by fingerprint) {
	if d.refused == nil || d.by != by {
		d.pause = 0
	}
	d.pause = min(max(2*d.pause, firstPause), maxPause)
	d.since = d.now()
}
