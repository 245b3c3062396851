package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// Push writes a blob to an image. Where from is an image, the server is asked
// to take the blob from there; open is called only where it does not, and again
// for each attempt. An attempt begins with an upload of its own: nothing is
// there before one is whole.
func (c *Client) Push(
	ctx context.Context, to repository.Image, d oci.Descriptor, open func(context.Context) (io.ReadCloser, error), from repository.Image,
) error {
	return c.retry.Repeat(ctx, c.log, "push", func(attempt int) error {
		return c.pushOnce(ctx, to, d, open, from, attempt > 1)
	})
}

func (c *Client) pushOnce(
	ctx context.Context, to repository.Image, d oci.Descriptor, open func(context.Context) (io.ReadCloser, error), from repository.Image, again bool,
) error {
	r := c.about(to, "push", http.MethodPost, "blobs", "uploads", "")
	start, mounting := r, from != repository.Image{}
	if mounting {
		start = c.mount(r, d, from)
	}
	answer, err := c.send(ctx, start, again)
	if mounting && refusesMount(err) {
		answer, err = c.send(ctx, r, again)
	}
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxRest)) // else the connection is lost
	_ = answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusCreated:
		return stored(start, answer, d)
	case http.StatusAccepted:
		return c.upload(ctx, r, answer, d, open, again)
	default:
		return start.failure(answer.StatusCode, fmt.Errorf("%w: an upload begins with 202", outbound.ErrRefused))
	}
}

// maxRest is how many bytes of an answer that says nothing are read.
const maxRest = 64 << 10

// mount is the request that takes the blob from another image. The name of
// that image has its repository at the front, for Artifactory too.
func (c *Client) mount(r request, d oci.Descriptor, from repository.Image) request {
	r.url += "?" + url.Values{"mount": {d.Digest.String()}, "from": {wireName(from.Repository, from.Path)}}.Encode()
	_, name := c.api(from.Repository, from.Path)
	r.scopes = append([]string{auth.ScopeRepository(name, auth.ActionPull)}, r.scopes...)
	return r
}

// refusesMount tells of registries that refuse a mount instead of beginning an
// upload, as the specification has it.
func refusesMount(err error) bool {
	e, ok := errors.AsType[*outbound.Error](err)
	return ok && e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError && !e.Passing() &&
		!errors.Is(err, oci.ErrUnauthorized)
}

// stored refuses another digest than that of the blob.
func stored(r request, answer *http.Response, d oci.Descriptor) error {
	if said, ok := stated(answer); ok && said != d.Digest {
		return r.failure(answer.StatusCode, fmt.Errorf("the server stored the digest %s instead of %s", said, d.Digest))
	}
	return nil
}

// upload sends the bytes to where the server wants them.
func (c *Client) upload(
	ctx context.Context, r request, answer *http.Response, d oci.Descriptor, open func(context.Context) (io.ReadCloser, error), again bool,
) error {
	address, err := session(r, answer)
	if err != nil {
		return r.failure(answer.StatusCode, err)
	}
	bytes := &source{want: d, from: func() (io.ReadCloser, error) { return open(ctx) }}
	put := request{
		operation: r.operation, method: http.MethodPut, url: address + "digest=" + url.QueryEscape(d.Digest.String()),
		contentType: "application/octet-stream", scopes: r.scopes, open: bytes.open, size: d.Size, streams: true,
	}
	err = c.once(ctx, put, again, func(answer *http.Response) error {
		if answer.StatusCode != http.StatusCreated {
			return fmt.Errorf("%w: a blob that is stored is answered with 201", outbound.ErrRefused)
		}
		return nil
	})
	if e, ok := errors.AsType[*outbound.Error](err); ok && e.Status != 0 || err == nil {
		return err
	}
	if own := bytes.failed(); own != nil {
		return fmt.Errorf("push %s: read it: %w", d.Digest, own)
	}
	return err
}

// session is the URL of an upload that has begun, ready for another parameter.
// It is on the registry's own host, whatever the server says: behind a proxy it
// may not know the name that it is called by.
func session(r request, answer *http.Response) (string, error) {
	own, err := url.Parse(r.url)
	if err != nil {
		return "", err
	}
	u, err := own.Parse(answer.Header.Get("Location"))
	if err != nil || answer.Header.Get("Location") == "" {
		return "", fmt.Errorf("%w: the server does not say where to upload to", oci.ErrIncomplete)
	}
	if !sameOrigin(own, u) {
		_, id, ok := strings.Cut(u.EscapedPath(), "/blobs/uploads/")
		if !ok {
			return "", fmt.Errorf("%w: the server wants the upload at another host", outbound.ErrRefused)
		}
		query := u.RawQuery
		if u, err = own.Parse(own.EscapedPath() + id); err != nil {
			return "", err
		}
		u.RawQuery = query
	}
	u.Fragment = ""
	if u.RawQuery != "" {
		return u.String() + "&", nil
	}
	return withoutQuery(u.String()) + "?", nil
}

// source is where the bytes of a blob come from. It remembers why it could not
// go on: to the transport that is a failure of the connection.
type source struct {
	want oci.Descriptor
	from func() (io.ReadCloser, error)

	mu  sync.Mutex
	err error
}

func (s *source) open() (io.ReadCloser, error) {
	body, err := s.from()
	if err != nil {
		s.note(err)
		return nil, err
	}
	return &sourceBody{newChecked(body, s.want), s}, nil
}

func (s *source) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *source) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

type sourceBody struct {
	*checked
	source *source
}

// Read passes on what it reads, and notes why it cannot go on.
func (b *sourceBody) Read(p []byte) (int, error) {
	n, err := b.checked.Read(p)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		b.source.note(err)
	}
	return n, err
}
