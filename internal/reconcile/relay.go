package reconcile

import (
	"bytes"
	"context"
	"io"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// maxAhead is how many bytes of a blob are read before any is written: most
// signatures and attestations are less.
const maxAhead = 4 << 20

// relay writes a blob that is at from. One that is read while it is written
// holds two connections, and where all that a server allows are being read, none
// is left to write on: so it is read to its end first, or, where it is large and
// both ends are one server, no other is passed on so at the same time.
func (c *carrier) relay(ctx context.Context, to repository.Image, d oci.Descriptor, from origin) error {
	open := func(ctx context.Context) (io.ReadCloser, error) { return c.open(ctx, from, d) }
	switch {
	case d.Size <= maxAhead:
		open = func(ctx context.Context) (io.ReadCloser, error) { return c.ahead(ctx, from, d) }
	case from.server == c.pair.target.Server:
		if err := c.large.Acquire(ctx, 1); err != nil {
			return err
		}
		defer c.large.Release(1)
	}
	return c.pusher.Push(ctx, to, d, open, c.mount(from))
}

// ahead reads a blob to its end.
func (c *carrier) ahead(ctx context.Context, from origin, d oci.Descriptor) (io.ReadCloser, error) {
	content, _, err := c.whole(ctx, from, d)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}
