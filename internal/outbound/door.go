package outbound

import (
	"errors"
	"sync"

	"github.com/sigsync/sigsync/internal/oci"
)

// Door lets a client's first request go alone, and none after it while its
// credentials are those that were refused: servers lock an account after a few
// bad logins, and a run sends many requests at once. Credentials that end in
// the middle of a run close it again. The zero value is ready.
type Door struct {
	mu      sync.Mutex
	open    bool
	refused *Error // the credentials "by" were refused so
	by      string
}

// Pass sends a request, or repeats why its credentials need not be tried. by
// tells credentials apart, "" is none; asked is the request as an Error tells
// it. Credentials are refused by an Error that wraps oci.ErrUnauthorized.
func (d *Door) Pass(by string, asked Error, send func() error) error {
	d.mu.Lock()
	switch {
	case by == "":
		d.mu.Unlock()
		return send()
	case d.open:
		d.mu.Unlock()
		err := send()
		if errors.Is(err, oci.ErrUnauthorized) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.note(by, err)
		}
		return err
	}
	defer d.mu.Unlock()
	if d.refused != nil && d.by == by {
		asked.Status, asked.Messages, asked.Cause = d.refused.Status, d.refused.Messages, d.refused.Cause
		return &asked
	}
	err := send()
	d.open = true
	d.note(by, err)
	return err
}

// Closed tells whether the credentials that were used last were refused.
func (d *Door) Closed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.open && d.refused != nil
}

// note closes the door on credentials that were refused.
func (d *Door) note(by string, err error) {
	if e, ok := errors.AsType[*Error](err); ok && errors.Is(e, oci.ErrUnauthorized) {
		d.open, d.refused, d.by = false, e, by
	}
}
