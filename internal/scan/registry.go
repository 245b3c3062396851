package scan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/sync/errgroup"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// Registry is what a plain OCI registry tells of itself. It only reads.
type Registry interface {
	// Catalog calls visit for the path of every image below the prefix,
	// relative to it.
	Catalog(ctx context.Context, prefix string, visit func(image string) error) error
	// Tags calls visit for every tag of an image; the error wraps
	// oci.ErrNotFound where there is no such image.
	Tags(ctx context.Context, in repository.Image, visit func(tag string) error) error
	// Resolve returns the media type and digest of what a tag or digest names.
	Resolve(ctx context.Context, at repository.Tag) (oci.Descriptor, error)
	// Manifest returns the bytes of what a tag or digest names; the error wraps
	// oci.ErrNotFound where there is none.
	Manifest(ctx context.Context, at repository.Tag) ([]byte, error)
}

// Tagged is what the tags of a repository of a plain registry say: which
// images there are and, by their names alone, what is attached to what.
type Tagged struct {
	repository string
	tags       map[string][]string // by image; of strangers those of attachments
	own        func(image string) bool
}

// Tags lists a repository of a registry, which is a prefix of image paths
// there, with that many requests at a time. Globs without wildcards name
// images; with others, or none, the registry's catalog is asked.
func Tags(ctx context.Context, r Registry, q Query, parallel int) (*Tagged, error) {
	images, err := imagesOf(ctx, r, q)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", q.Repository, err)
	}
	if q.Own != nil && q.OwnOnly {
		images = slices.DeleteFunc(images, func(image string) bool { return !q.Own(image) })
	}
	t := &Tagged{repository: q.Repository, tags: map[string][]string{}, own: q.Own}
	var mu sync.Mutex
	var all atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, image := range images {
		group.Go(func() error {
			var tags []string
			err := r.Tags(ctx, repository.Image{Repository: q.Repository, Path: image}, func(tag string) error {
				if t.keeps(image, tag) {
					tags = append(tags, tag)
				}
				return intake.Check("the repository", int(all.Add(1)), intake.Tags, "tags")
			})
			if err != nil && !errors.Is(err, oci.ErrNotFound) {
				return fmt.Errorf("list tags of %s/%s: %w", q.Repository, image, err)
			}
			mu.Lock()
			defer mu.Unlock()
			t.tags[image] = tags
			return nil
		})
	}
	return t, group.Wait()
}

// foreign tells of an image that is not the query's own.
func (t *Tagged) foreign(image string) bool { return t.own != nil && !t.own(image) }

// keeps tells whether a tag says anything of the query's own images.
func (t *Tagged) keeps(image, tag string) bool {
	if !t.foreign(image) {
		return true
	}
	_, attached := cosign.ParseTag(tag)
	return attached
}

// imagesOf returns the image paths that a query asks for, sorted.
func imagesOf(ctx context.Context, r Registry, q Query) ([]string, error) {
	if len(q.Images) > 0 && !slices.ContainsFunc(q.Images, wild) {
		images := make([]string, len(q.Images))
		for i, glob := range q.Images {
			images[i] = plain(glob)
		}
		slices.Sort(images)
		return slices.Compact(images), nil
	}
	var images []string
	err := r.Catalog(ctx, q.Repository, func(image string) error {
		if len(q.Images) == 0 || slices.ContainsFunc(q.Images, func(glob string) bool { return doublestar.MatchUnvalidated(glob, image) }) {
			images = append(images, image)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the registry's catalog is not to be had: name the images in images.include, without wildcards: %w", err)
	}
	slices.Sort(images)
	return slices.Compact(images), nil
}

// wild tells whether a glob may match more than one image path.
func wild(glob string) bool {
	escaped := false
	for _, c := range glob {
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case strings.ContainsRune("*?[{", c):
			return true
		}
	}
	return false
}

// plain is the path that a glob without wildcards matches.
func plain(glob string) string {
	var path strings.Builder
	escaped := false
	for _, c := range glob {
		if c == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		path.WriteRune(c)
	}
	return path.String()
}

// Attached tells whether any of the subjects has an attachment with a tag.
func (t *Tagged) Attached(subjects map[oci.Digest]bool) bool {
	for image, tags := range t.tags {
		if t.foreign(image) {
			continue
		}
		for _, tag := range tags {
			if attachment, ok := cosign.ParseTag(tag); ok && subjects[attachment.Subject] {
				return true
			}
		}
	}
	return false
}

// Purpose says which tags of a listing need more than their names.
type Purpose struct {
	// Images has the manifests behind the tags of images looked up, and the
	// children of indexes.
	Images bool
	// Pool has the digests of the inventory.
	Pool *plan.Pool
	// Attachments tells whether the attachments of a subject are looked up.
	// Those of an attachment are, where it is.
	Attachments func(subject oci.Digest) bool
}

// Inventory looks up what the purpose needs and returns what is known then,
// with that many requests at a time. There is no inventory where something
// could not be looked up.
func (t *Tagged) Inventory(ctx context.Context, r Registry, p Purpose, parallel int) (*plan.Inventory, error) {
	l := &lookups{
		registry: r, repository: t.repository, purpose: p, builder: p.Pool.Builder(t.repository),
		seen: map[string]bool{}, attached: map[oci.Digest]bool{},
	}
	l.builder.TagsOnly()
	l.builder.Only(t.own, true)
	t.strangers(l.builder)
	for left := t.all(); len(left) > 0; {
		needed, rest := l.choose(left)
		if len(needed) == 0 {
			break
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(parallel)
		for _, at := range needed {
			group.Go(func() error { return l.tag(ctx, at.Image, at.Tag) })
		}
		if err := group.Wait(); err != nil {
			return nil, fmt.Errorf("list %s: %w", t.repository, err)
		}
		left = rest
	}
	return l.builder.Build(), nil
}

// strangers tells the builder of the attachments of other images, by their names
// alone: that they are there is all that is asked of them.
func (t *Tagged) strangers(b *plan.Builder) {
	for image, tags := range t.tags {
		if !t.foreign(image) {
			continue
		}
		for _, tag := range tags {
			if attachment, ok := cosign.ParseTag(tag); ok {
				b.AttachmentByName(image, attachment, oci.Digest{})
			}
		}
	}
}

// all are the tags of the query's own images.
func (t *Tagged) all() []repository.Tag {
	var all []repository.Tag
	for _, image := range slices.Sorted(maps.Keys(t.tags)) {
		if t.foreign(image) {
			continue
		}
		for _, tag := range t.tags[image] {
			all = append(all, repository.Tag{Repository: t.repository, Image: image, Tag: tag})
		}
	}
	return all
}

// lookups is the state of one Inventory.
type lookups struct {
	registry   Registry
	repository string
	purpose    Purpose

	mu       sync.Mutex
	builder  *plan.Builder
	seen     map[string]bool     // indexes by image and digest
	attached map[oci.Digest]bool // manifests of attachments
}

// choose takes in what the names of tags alone say, and returns those that must
// be looked up and the attachments of which that is not known yet.
func (l *lookups) choose(tags []repository.Tag) (needed, rest []repository.Tag) {
	for _, at := range tags {
		if subject, ok := cosign.ParseFallbackTag(at.Tag); ok {
			l.builder.Fallback(at.Image, subject, oci.Digest{})
			continue
		}
		attachment, attached := cosign.ParseTag(at.Tag)
		switch {
		case attached && (l.attached[attachment.Subject] || l.purpose.Attachments(attachment.Subject)), !attached && l.purpose.Images:
			needed = append(needed, at)
		case attached:
			rest = append(rest, at)
		}
	}
	return needed, rest
}

func (l *lookups) tag(ctx context.Context, image, tag string) error {
	at := repository.Tag{Repository: l.repository, Image: image, Tag: tag}
	d, err := l.registry.Resolve(ctx, at)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return nil // it went since it was listed
	case err != nil:
		return fmt.Errorf("look up %s:%s: %w", image, tag, err)
	}
	if attachment, ok := cosign.ParseTag(tag); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.builder.AttachmentByName(image, attachment, d.Digest)
		l.attached[d.Digest] = true
		return nil
	}
	return l.manifest(ctx, image, tag, d, 0)
}

// manifest adds an image manifest, or an index and its children: each of them
// is a subject. depth is how many indexes are around it.
func (l *lookups) manifest(ctx context.Context, image, tag string, d oci.Descriptor, depth int) error {
	index := oci.IsIndex(d.MediaType)
	l.mu.Lock()
	l.builder.Manifest(image, tag, d.Digest, index)
	known := l.seen[image+"@"+d.Digest.String()]
	l.seen[image+"@"+d.Digest.String()] = true
	l.mu.Unlock()
	if !index || known {
		return nil
	}
	if err := intake.Check("a chain of indexes", depth+1, intake.Nesting, "in one another"); err != nil {
		return fmt.Errorf("read index %s@%s: %w", image, d.Digest.Short(), err)
	}
	raw, err := l.registry.Manifest(ctx, repository.Tag{Repository: l.repository, Image: image, Tag: d.Digest.String()})
	if err != nil {
		return fmt.Errorf("read index %s@%s: %w", image, d.Digest.Short(), err)
	}
	m, err := oci.ParseManifest(raw)
	if err != nil {
		return fmt.Errorf("read index %s@%s: %w", image, d.Digest.Short(), err)
	}
	for _, child := range m.Manifests {
		if err := l.manifest(ctx, image, "", child, depth+1); err != nil {
			return err
		}
	}
	return nil
}
