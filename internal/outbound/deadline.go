package outbound

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

var errStalled = errors.New("no end or progress within the timeout")

// Deadline ends a request that takes longer than the timeout. What is streamed
// must only make progress in that time: a listing of a million rows may take
// longer than any timeout of the whole, a stalled connection must not.
type Deadline struct {
	timer   *time.Timer // nil for none
	timeout time.Duration
	streams bool
	cancel  context.CancelCauseFunc
	cause   func() error // why the request was ended
}

// NewDeadline returns the context of a request that is to end in time, and its
// deadline, which is to be stopped; timeout 0 is none.
func NewDeadline(ctx context.Context, timeout time.Duration, streams bool) (context.Context, *Deadline) {
	ctx, cancel := context.WithCancelCause(ctx)
	d := &Deadline{timeout: timeout, streams: streams, cancel: cancel, cause: func() error { return context.Cause(ctx) }}
	if timeout > 0 {
		d.timer = time.AfterFunc(timeout, func() { cancel(fmt.Errorf("%w of %s", errStalled, timeout)) })
	}
	return ctx, d
}

func (d *Deadline) progress() {
	if d.timer != nil && d.streams {
		d.timer.Reset(d.timeout)
	}
}

// Stop ends the request.
func (d *Deadline) Stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.cancel(nil)
}

// Outcome returns the answer, or why there is none, and then stops. One that
// comes after the request was ended is none: a server that notices may still
// answer, whatever it did.
func (d *Deadline) Outcome(answer *http.Response, err error) (*http.Response, error) {
	cause := d.cause()
	if err == nil && cause == nil {
		return answer, nil
	}
	if err == nil {
		_ = answer.Body.Close()
	}
	d.Stop()
	return nil, cmp.Or(cause, err)
}

// Blame returns why the request was ended, or err where it was not.
func (d *Deadline) Blame(err error) error {
	if cause := d.cause(); cause != nil {
		return cause
	}
	return err
}

// Sending counts what is read of a request's body as progress.
func (d *Deadline) Sending(body io.ReadCloser) io.ReadCloser { return &sentBody{body, d} }

type sentBody struct {
	io.ReadCloser
	deadline *Deadline
}

// Read passes on what it reads.
func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.deadline.progress()
	}
	return n, err
}

// Watch counts what is read of an answer's body as progress, until it is closed.
func (d *Deadline) Watch(body io.ReadCloser) io.ReadCloser {
	d.progress()
	return &watchedBody{body, d}
}

type watchedBody struct {
	io.ReadCloser
	deadline *Deadline
}

// Read passes on what it reads, and why it cannot go on. An end that comes
// after the request was ended is no end: a server that notices closes its
// answer properly, wherever it was.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.deadline.progress()
	}
	if err != nil {
		err = b.deadline.Blame(err)
	}
	return n, err
}

// Close ends the request.
func (b *watchedBody) Close() error {
	err := b.ReadCloser.Close()
	b.deadline.Stop()
	return err
}
