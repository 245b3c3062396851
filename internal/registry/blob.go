package registry

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// Blob opens a blob. Reading it to the end fails where it is not the one that
// d describes. The error wraps oci.ErrNotFound where there is none.
func (c *Client) Blob(ctx context.Context, in repository.Image, d oci.Descriptor) (io.ReadCloser, error) {
	r := c.about(in, "blob", http.MethodGet, "blobs", d.Digest.String())
	r.streams = true
	var body io.ReadCloser
	err := c.retry.Repeat(ctx, c.log, r.operation, func(attempt int) error {
		answer, err := c.send(ctx, r, attempt > 1) //nolint:bodyclose // who reads it closes it
		if err == nil {
			body = &download{checked: newChecked(answer.Body, d), request: r, status: answer.StatusCode}
		}
		return err
	})
	return body, err
}

// HasBlob tells whether an image has a blob.
func (c *Client) HasBlob(ctx context.Context, in repository.Image, d oci.Descriptor) (bool, error) {
	r := c.about(in, "blob", http.MethodHead, "blobs", d.Digest.String())
	err := c.do(ctx, r, func(*http.Response) error { return nil })
	if errors.Is(err, oci.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// download is a blob on its way in.
type download struct {
	*checked
	request request
	status  int
}

// Read passes on what it reads. Its errors are Errors of the request.
func (d *download) Read(p []byte) (int, error) {
	n, err := d.checked.Read(p)
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	case errors.As(err, new(contentError)):
		return n, d.request.failure(d.status, err)
	default:
		return n, d.request.failure(d.status, fmt.Errorf("%w: the answer broke off: %w", oci.ErrUnavailable, err))
	}
}

// checked is content that must be what a descriptor says.
type checked struct {
	io.ReadCloser
	want oci.Descriptor
	hash hash.Hash
	read int64
}

func newChecked(body io.ReadCloser, want oci.Descriptor) *checked {
	return &checked{ReadCloser: body, want: want, hash: sha256.New()}
}

// Read passes on what it reads, but not the last bytes of another content.
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.read += int64(n)
	c.hash.Write(p[:n])
	if c.read >= c.want.Size || errors.Is(err, io.EOF) {
		if wrong := c.verdict(); wrong != nil {
			return 0, wrong
		}
	}
	return n, err
}

func (c *checked) verdict() error {
	switch {
	case c.read < c.want.Size:
		return contentError{fmt.Errorf("%w: %d of %d bytes", oci.ErrIncomplete, c.read, c.want.Size)}
	case c.read > c.want.Size:
		return contentError{fmt.Errorf("more than %d bytes", c.want.Size)}
	case oci.Digest(c.hash.Sum(nil)) != c.want.Digest:
		return contentError{fmt.Errorf("the digest is %s", oci.Digest(c.hash.Sum(nil)))}
	}
	return nil
}

// contentError says that content is not what its descriptor says.
type contentError struct{ why error }

func (e contentError) Error() string {
	return "the content is not the one that was asked for: " + e.why.Error()
}

func (e contentError) Unwrap() error { return e.why }
