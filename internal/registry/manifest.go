package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// Manifest returns the bytes of the manifest that a tag or a digest names. They
// have the digest that was asked for, and the one that the server says they
// have. The error wraps oci.ErrNotFound where there is no such manifest.
func (c *Client) Manifest(ctx context.Context, at repository.Tag) ([]byte, error) {
	raw, _, err := c.manifest(ctx, at, "manifest")
	return raw, err
}

func (c *Client) manifest(ctx context.Context, at repository.Tag, operation string) ([]byte, oci.Descriptor, error) {
	var raw []byte
	var d oci.Descriptor
	r := c.reference(at, operation, http.MethodGet)
	err := c.fetch(ctx, r, intake.ManifestBytes, func(answer *http.Response, body []byte) error {
		raw, d = body, oci.Descriptor{MediaType: headOf(answer).mediaType(), Digest: oci.FromBytes(body), Size: int64(len(body))}
		if said, ok := headOf(answer).digest(); ok && said != d.Digest {
			return fmt.Errorf("the answer has the digest %s, and the server says %s", d.Digest, said)
		}
		return asked(at, d.Digest)
	})
	if err != nil {
		return nil, oci.Descriptor{}, err
	}
	return raw, d, nil
}

func (c *Client) reference(at repository.Tag, operation, method string) request {
	r := c.about(repository.Image{Repository: at.Repository, Path: at.Image}, operation, method, "manifests", at.Tag)
	r.accept = strings.Join(oci.ManifestMediaTypes(), ", ")
	return r
}

// asked refuses another digest than the one that was asked for, if one was.
func asked(at repository.Tag, got oci.Digest) error {
	if strings.Contains(at.Tag, ":") && got.String() != at.Tag {
		return fmt.Errorf("the answer has the digest %s instead of the one that was asked for", got)
	}
	return nil
}

// Resolve returns what a tag or a digest names. Where the server does not say
// it without sending the manifest, the manifest is read. The error wraps
// oci.ErrNotFound where there is none.
func (c *Client) Resolve(ctx context.Context, at repository.Tag) (oci.Descriptor, error) {
	var d oci.Descriptor
	err := c.do(ctx, c.reference(at, "resolve", http.MethodHead), func(answer *http.Response) error {
		said, _ := headOf(answer).digest()
		d = oci.Descriptor{MediaType: headOf(answer).mediaType(), Digest: said, Size: answer.ContentLength}
		if said.IsZero() {
			return nil
		}
		return asked(at, said)
	})
	if errors.Is(err, oci.ErrUnsupported) || err == nil && (d.Digest.IsZero() || d.Size < 0) {
		_, d, err = c.manifest(ctx, at, "resolve")
	}
	if err != nil {
		return oci.Descriptor{}, err
	}
	return d, nil
}

// PutManifest writes a manifest to a tag, or to its digest. Only the latter is
// sent again where that may help: whatever happened to it in the meantime, it
// is the same manifest, and a tag may have been moved. Success says that the
// server has stored these bytes, as far as it says anything.
func (c *Client) PutManifest(ctx context.Context, at repository.Tag, mediaType string, raw []byte) error {
	digest := oci.FromBytes(raw)
	if err := asked(at, digest); err != nil {
		return fmt.Errorf("put %s: the manifest has the digest %s", at.Tag, digest)
	}
	r := c.reference(at, "put", http.MethodPut)
	r.accept, r.contentType, r.size = "", mediaType, int64(len(raw))
	r.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	check := func(answer *http.Response) error { return headOf(answer).stored(digest) }
	if at.Tag != digest.String() {
		return c.once(ctx, r, false, check)
	}
	return c.do(ctx, r, check)
}
