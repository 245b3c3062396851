package reconcile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// origin is where a manifest is.
type origin struct {
	server string
	at     repository.Tag
	// raw are its bytes where it is nowhere yet: a union that an audit supposes to
	// be written. What its source has not, the target has.
	raw    []byte
	target *origin
}

// image is the image that an origin is in.
func (o origin) image() repository.Image {
	return repository.Image{Repository: o.at.Repository, Path: o.at.Image}
}

// byDigest is the origin of a manifest that has no tag.
func byDigest(e End, image string, digest oci.Digest) origin {
	return origin{server: e.Server, at: repository.Image{Repository: e.Repository, Path: image}.In(digest.String())}
}

// really is where a manifest is: an audit supposes some to be copied already.
func (r *run) really(from origin, digest oci.Digest) origin {
	if supposed, ok := r.origins[digest]; ok {
		return supposed
	}
	return from
}

// manifest reads the manifest of that digest, from where it really is.
func (r *run) manifest(ctx context.Context, from origin, digest oci.Digest) ([]byte, error) {
	if raw, ok := r.known.content(digest); ok {
		return raw, nil
	}
	from = r.really(from, digest)
	if from.raw != nil {
		return from.raw, nil
	}
	raw, err := r.reader(from.server).Manifest(ctx, from.at)
	if err != nil {
		return nil, err
	}
	if got := oci.FromBytes(raw); got != digest {
		return nil, fmt.Errorf("it is %s now, and was %s when it was listed", got.Short(), digest.Short())
	}
	return raw, nil
}

// parts reads the manifest of an attachment, each of whose layers, or listed
// manifests, is going to be asked for.
func parts(raw []byte) (oci.Manifest, error) {
	m, err := oci.ParseManifest(raw)
	if err != nil {
		return m, err
	}
	return m, intake.Check("the manifest", max(len(m.Layers), len(m.Manifests)), intake.Layers, "layers or manifests")
}

// reader reads manifests of a server.
func (r *run) reader(server string) interface {
	Manifest(ctx context.Context, at repository.Tag) ([]byte, error)
} {
	if s := r.Servers[server]; s != nil {
		return s
	}
	return r.Registries[server]
}

// blob reads a blob of the manifest that is at from, and keeps it for when it
// is written.
func (r *run) blob(ctx context.Context, from origin, d oci.Descriptor) ([]byte, error) {
	if content, ok := r.known.content(d.Digest); ok {
		return content, nil
	}
	if d.Size > intake.LayerBytes {
		return nil, intake.TooMuchError{What: "blob " + d.Digest.Short(), Of: "bytes", Most: intake.LayerBytes}
	}
	for attempt := 1; ; attempt++ {
		content, begun, err := r.whole(ctx, from, d)
		asked, passing := open(err)
		switch {
		case err == nil && oci.FromBytes(content) != d.Digest:
			return nil, fmt.Errorf("blob %s holds other content", d.Digest.Short())
		case err == nil:
			r.known.stash(content)
			return content, nil
		case !begun || !passing || attempt >= r.Attempts || ctx.Err() != nil:
			return nil, err
		}
		r.Log.WithFields(logrus.Fields{"operation": "blob", "attempt": attempt}).WithError(err).Warn("blob broke off and is read anew")
		if err := r.Pause(ctx, attempt, asked); err != nil {
			return nil, err
		}
	}
}

// whole reads a blob to its end. begun tells that it came at least in part:
// until then, the client has tried again already.
func (r *run) whole(ctx context.Context, from origin, d oci.Descriptor) (content []byte, begun bool, err error) {
	stream, err := r.open(ctx, from, d)
	if errors.Is(err, oci.ErrNotFound) && from.target != nil {
		stream, err = r.open(ctx, *from.target, d)
	}
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = stream.Close() }()
	content, err = io.ReadAll(io.LimitReader(stream, intake.LayerBytes+1))
	return content, true, err
}

// open returns the content of a blob. Some need no request.
func (r *run) open(ctx context.Context, from origin, d oci.Descriptor) (io.ReadCloser, error) {
	if content, ok := r.known.content(d.Digest); ok {
		return io.NopCloser(bytes.NewReader(content)), nil
	}
	if d.Digest == oci.EmptyDigest() {
		return io.NopCloser(bytes.NewReader([]byte(oci.Empty))), nil
	}
	return r.Registries[from.server].Blob(ctx, from.image(), d)
}
