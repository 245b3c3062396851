package reconcile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/sirupsen/logrus"
	"golang.org/x/sync/semaphore"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// carrier carries attachments of one pair through the distribution API. Where
// their content is looked into, that has been done: a plan names digests.
type carrier struct {
	*run
	pair   *checked
	target Registry
	pusher Pusher
	// large lets one large blob through at a time.
	large *semaphore.Weighted
}

// errTaken says that somebody else wrote what was to be written.
var errTaken = errors.New(reasonTaken)

var errNoPusher = errors.New("there is no way to push to the target")

// carry carries out one action: blobs first, the manifest last, and then it
// looks whether that is what is there.
func (c *carrier) carry(ctx context.Context, a *plan.Action) error {
	if c.pusher == nil {
		return errNoPusher
	}
	if a.Referrer {
		return c.referrer(ctx, a)
	}
	return c.tag(ctx, a)
}

// to is the image of an action at the target.
func (c *carrier) to(a *plan.Action) repository.Image {
	return repository.Image{Repository: c.pair.target.Repository, Path: a.TargetImage}
}

// from is where an action's manifest is at the source.
func (c *carrier) from(a *plan.Action) origin {
	image := repository.Image{Repository: c.pair.source.Repository, Path: a.SourceImage}
	return origin{server: c.pair.source.Server, at: image.In(reference(a))}
}

// tag writes an attachment that has a tag.
func (c *carrier) tag(ctx context.Context, a *plan.Action) error {
	at := c.to(a).In(a.Tag.String())
	if there, err := c.unchanged(ctx, a, at); there || err != nil {
		return err
	}
	raw, err := c.bytes(ctx, a, at)
	if err != nil {
		return err
	}
	m, err := c.blobs(ctx, a, raw)
	if err != nil {
		return err
	}
	// Pushing blobs takes time, in which others write.
	if there, err := c.unchanged(ctx, a, at); there || err != nil {
		return err
	}
	if err := c.putTag(ctx, a, at, mediaTypeOf(m), raw); err != nil {
		return err
	}
	c.known.release(append(m.Blobs(), a.Manifest)...)
	return nil
}

// bytes returns the manifest that is to be under the tag: the union, the
// source's or, where an action only completes it, the target's own. A registry
// takes blobs into an attachment's folder when their manifest is pushed.
func (c *carrier) bytes(ctx context.Context, a *plan.Action, at repository.Tag) ([]byte, error) {
	switch {
	case a.Union != nil:
		return a.Union, nil
	case a.Brings():
		raw, err := c.manifest(ctx, c.from(a), a.Manifest)
		if err != nil {
			return nil, fmt.Errorf("source: %w", err)
		}
		return raw, nil
	}
	raw, err := c.target.Manifest(ctx, at)
	switch {
	case err != nil:
		return nil, fmt.Errorf("target: %w", err)
	case oci.FromBytes(raw) != a.Manifest:
		return nil, errTaken
	}
	return raw, nil
}

// putTag writes a manifest under a tag, and once more where it did not arrive,
// as long as the tag is as the plan found it.
func (c *carrier) putTag(ctx context.Context, a *plan.Action, at repository.Tag, mediaType string, raw []byte) error {
	for attempt := 1; ; attempt++ {
		err := c.put(ctx, at, mediaType, raw)
		asked, passing := open(err)
		if !passing || attempt >= c.Attempts || ctx.Err() != nil {
			return err
		}
		c.Log.WithFields(logrus.Fields{"operation": "put", "attempt": attempt, "tag": at.Tag}).WithError(err).
			Warn("manifest is looked into, and may be written again")
		if err := c.Pause(ctx, attempt, asked); err != nil {
			return err
		}
		switch done, lookErr := c.unchanged(ctx, a, at); {
		case done:
			return nil
		case errors.Is(lookErr, errTaken):
			return lookErr
		case lookErr != nil:
			return fmt.Errorf("%w; and looking whether it arrived: %w", err, lookErr)
		}
	}
}

// unchanged returns an error unless the target's tag is as the plan found it,
// and tells whether the work is done already.
func (c *carrier) unchanged(ctx context.Context, a *plan.Action, at repository.Tag) (done bool, err error) {
	now, err := c.target.Resolve(ctx, at)
	absent := errors.Is(err, oci.ErrNotFound)
	switch {
	case err != nil && !absent:
		return false, fmt.Errorf("target: %w", err)
	case absent && a.Brings() && !a.Overwrites():
		return false, nil
	case absent:
		return false, errTaken
	case a.Overwrites() && now.Digest == a.Replaces:
		return false, nil
	case now.Digest == a.Manifest:
		return a.Brings(), nil // what only completes it, completes it still
	default:
		return false, errTaken
	}
}

// blobs pushes those of a manifest's blobs that the action brings.
func (c *carrier) blobs(ctx context.Context, a *plan.Action, raw []byte) (oci.Manifest, error) {
	m, err := parts(raw)
	if err != nil {
		return m, err
	}
	brought, err := c.brought(ctx, a, m)
	if err != nil {
		return m, err
	}
	from := c.really(c.from(a), a.Source)
	made := oci.FromBytes(a.UnionConfig)
	pushed := map[oci.Digest]bool{}
	for _, d := range m.Content() {
		ours := a.UnionConfig != nil && d.Digest == made
		if pushed[d.Digest] || !ours && !slices.Contains(brought, d.Digest) {
			continue
		}
		pushed[d.Digest] = true
		if ours {
			open := func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(a.UnionConfig)), nil }
			err = c.pusher.Push(ctx, c.to(a), d, open, repository.Image{})
		} else {
			err = c.relay(ctx, c.to(a), d, from)
		}
		if err != nil {
			return m, fmt.Errorf("push blob %s: %w", d.Digest.Short(), err)
		}
	}
	return m, nil
}

// brought returns the blobs that an action brings from the source: those that it
// names or, of a union, those of the source's manifest. The others are there.
func (c *carrier) brought(ctx context.Context, a *plan.Action, m oci.Manifest) ([]oci.Digest, error) {
	switch {
	case a.Union != nil:
		theirs, err := c.manifest(ctx, c.from(a), a.Source)
		if err != nil {
			return nil, fmt.Errorf("source: %w", err)
		}
		source, err := oci.ParseManifest(theirs)
		return source.Blobs(), err
	case a.Brings():
		return m.Blobs(), nil
	}
	var named []oci.Digest
	for _, f := range a.Files {
		named = append(named, f.Digest)
	}
	return named, nil
}

// mount is the image that the target may take blobs from, if it is on its server.
func (c *carrier) mount(from origin) repository.Image {
	if from.server != c.pair.target.Server {
		return repository.Image{}
	}
	return from.image()
}

// put writes a manifest under a tag or its digest, and looks whether it is
// there. An answer that was lost is settled by looking, too.
func (c *carrier) put(ctx context.Context, at repository.Tag, mediaType string, raw []byte) error {
	err := c.pusher.PutManifest(ctx, at, mediaType, raw)
	if err != nil {
		if _, passing := open(err); !passing {
			return fmt.Errorf("push manifest: %w", err)
		}
	}
	now, lookErr := c.target.Resolve(ctx, at)
	switch {
	case lookErr == nil && now.Digest == oci.FromBytes(raw):
		return nil
	case err != nil:
		return fmt.Errorf("push manifest: %w", err)
	case lookErr != nil:
		return fmt.Errorf("%s%w", reasonUnconfirmed, lookErr)
	default:
		return fmt.Errorf("the server took the manifest, and has %s there instead", now.Digest.Short())
	}
}

func mediaTypeOf(m oci.Manifest) string {
	switch {
	case m.MediaType != "":
		return m.MediaType
	case m.Manifests != nil:
		return v1.MediaTypeImageIndex
	default:
		return v1.MediaTypeImageManifest
	}
}

// again waits before another look at the target, and tells whether there is one.
func (c *carrier) again(ctx context.Context, attempt int, asked time.Duration) bool {
	return attempt < c.Attempts && c.Pause(ctx, attempt, asked) == nil
}
