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

	"github.com/sigsync/sigsync/internal/intake"
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
	if d.Size < 0 || d.Size == 0 && d.Digest != oci.FromBytes(nil) {
		return fmt.Errorf("push %s: no content of %d bytes has that digest", d.Digest, d.Size)
	}
	return c.retry.Repeat(ctx, c.log, "push", func(attempt int) error {
		return push{c, to, d, open, from, attempt > 1}.send(ctx)
	})
}

// push is one attempt to write a blob.
type push struct {
	client *Client
	to     repository.Image
	blob   oci.Descriptor
	open   func(context.Context) (io.ReadCloser, error)
	from   repository.Image
	again  bool
}

// send takes two requests, one where the server mounts.
func (p push) send(ctx context.Context) error {
	plain := p.client.about(p.to, "push", http.MethodPost, "blobs", "uploads", "")
	start, mounting := plain, p.from != repository.Image{}
	if mounting {
		start = p.mount(plain)
		plain.scopes = start.scopes // one token for all of it
	}
	said, err := p.start(ctx, start)
	if mounting && refusesMount(err) {
		said, err = p.start(ctx, plain)
	}
	if err != nil {
		return err
	}
	switch said.status {
	case http.StatusCreated:
		if err := said.stored(p.blob.Digest); err != nil {
			return start.failure(said.status, err)
		}
		return nil
	case http.StatusAccepted:
		return p.upload(ctx, plain, said)
	default:
		return start.failure(said.status, fmt.Errorf("%w: an upload begins with 202", outbound.ErrRefused))
	}
}

func (p push) start(ctx context.Context, r request) (head, error) {
	var said head
	err := p.client.once(ctx, r, p.again, func(answer *http.Response) error {
		said = headOf(answer)
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, intake.RestBytes)) // else the connection is lost
		return nil
	})
	return said, err
}

// mount is the request that takes the blob from another image. The name of
// that image has its repository at the front, for Artifactory too.
func (p push) mount(r request) request {
	from := wireName(p.from.Repository, p.from.Path)
	r.url += "?" + url.Values{"mount": {p.blob.Digest.String()}, "from": {from}}.Encode()
	_, name := p.client.api(p.from.Repository, p.from.Path)
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

// upload sends the bytes to where the server wants them.
func (p push) upload(ctx context.Context, r request, begun head) error {
	address, err := session(r, begun.header.Get("Location"))
	if err != nil {
		return r.failure(begun.status, err)
	}
	bytes := &source{want: p.blob, from: func() (io.ReadCloser, error) { return p.open(ctx) }}
	r.method, r.url = http.MethodPut, address+"digest="+url.QueryEscape(p.blob.Digest.String())
	r.contentType, r.open, r.size, r.streams = "application/octet-stream", bytes.open, p.blob.Size, true
	err = p.client.once(ctx, r, p.again, func(answer *http.Response) error { return headOf(answer).stored(p.blob.Digest) })
	if e, ok := errors.AsType[*outbound.Error](err); ok && e.Status != 0 || err == nil {
		return err
	}
	if own := bytes.failed(); own != nil {
		return fmt.Errorf("push %s: read it: %w", p.blob.Digest, own)
	}
	return err
}

// session is the URL of an upload that has begun, ready for another parameter.
// It is on the registry's own host, whatever the server says: behind a proxy it
// may not know the name that it is called by.
func session(r request, location string) (string, error) {
	own, err := url.Parse(r.url)
	if err != nil {
		return "", err
	}
	u, err := own.Parse(location)
	if err != nil || location == "" {
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
	if err != nil && !errors.Is(err, io.EOF) {
		b.source.note(err)
	}
	return n, err
}
