package artifactory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

var errStalled = errors.New("no end or progress within the timeout")

// deadline ends a request that takes longer than the timeout. What is streamed
// must only make progress in that time: a listing of a million rows may take
// longer than any timeout of the whole, a stalled connection must not.
type deadline struct {
	timer   *time.Timer // nil for none
	timeout time.Duration
	streams bool
	cancel  context.CancelCauseFunc
	cause   func() error // why the request was ended
}

func newDeadline(ctx context.Context, timeout time.Duration, streams bool) (context.Context, *deadline) {
	ctx, cancel := context.WithCancelCause(ctx)
	d := &deadline{timeout: timeout, streams: streams, cancel: cancel, cause: func() error { return context.Cause(ctx) }}
	if timeout > 0 {
		d.timer = time.AfterFunc(timeout, func() { cancel(fmt.Errorf("%w of %s", errStalled, timeout)) })
	}
	return ctx, d
}

func (d *deadline) progress() {
	if d.timer != nil && d.streams {
		d.timer.Reset(d.timeout)
	}
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.cancel(nil)
}

// blame returns why the request was ended, or err where it was not.
func (d *deadline) blame(err error) error {
	if cause := d.cause(); cause != nil {
		return cause
	}
	return err
}

// watch counts what is read of a body as progress, until it is closed.
func (d *deadline) watch(body io.ReadCloser) io.ReadCloser {
	d.progress()
	return &watchedBody{body, d}
}

type watchedBody struct {
	io.ReadCloser
	deadline *deadline
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
		err = b.deadline.blame(err)
	}
	return n, err
}

// Close ends the request.
func (b *watchedBody) Close() error {
	err := b.ReadCloser.Close()
	b.deadline.stop()
	return err
}
