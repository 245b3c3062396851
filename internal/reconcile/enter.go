package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// referrer writes a referrer and makes sure that the target lists it: one that
// nobody finds is as good as none.
func (c *carrier) referrer(ctx context.Context, a *plan.Action) error {
	if err := c.send(ctx, a); err != nil {
		return err
	}
	if err := c.enter(ctx, a); err != nil {
		return err
	}
	c.forget([]*plan.Action{a})
	return nil
}

// forget releases what was kept to be written.
func (c *carrier) forget(actions []*plan.Action) {
	for _, a := range actions {
		c.known.release(a.Manifest)
		for _, f := range a.Files {
			c.known.release(f.Digest)
		}
	}
}

// send writes a referrer, which is not listed anywhere by that.
func (c *carrier) send(ctx context.Context, a *plan.Action) error {
	if c.pusher == nil {
		return errNoPusher
	}
	raw, err := c.manifest(ctx, c.from(a), a.Manifest)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	m, err := c.blobs(ctx, a, raw)
	if err != nil {
		return err
	}
	if err := c.listees(ctx, a, m, 0); err != nil {
		return err
	}
	at := c.to(a).In(a.Manifest.String())
	if err := c.pusher.PutManifest(ctx, at, mediaTypeOf(m), raw); err != nil {
		if _, passing := open(err); !passing {
			return fmt.Errorf("push manifest: %w", err)
		}
		if _, lookErr := c.target.Resolve(ctx, at); lookErr != nil {
			return fmt.Errorf("push manifest: %w", err)
		}
	}
	c.known.stash(raw) // for its entry
	return nil
}

// listees writes the manifests that a referrer lists, if it is an index: a
// registry takes it only after them.
func (c *carrier) listees(ctx context.Context, a *plan.Action, index oci.Manifest, depth int) error {
	if err := intake.Check("a chain of indexes", depth, intake.Nesting, "of them in one another"); err != nil {
		return err
	}
	for _, d := range index.Manifests {
		part := *a
		part.Manifest, part.Source = d.Digest, d.Digest
		raw, err := c.manifest(ctx, c.from(&part), d.Digest)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		m, err := c.blobs(ctx, &part, raw)
		if err != nil {
			return err
		}
		if err := c.listees(ctx, a, m, depth+1); err != nil {
			return err
		}
		if err := c.put(ctx, c.to(a).In(d.Digest.String()), mediaTypeOf(m), raw); err != nil {
			return err
		}
	}
	return nil
}

// enter returns nil once the target's own discovery lists the referrer: its
// Referrers API or, where it has none, the referrers index under the subject's
// tag, which is the client's to keep (OCI distribution-spec 1.1, pushing
// manifests with subject).
func (c *carrier) enter(ctx context.Context, a *plan.Action) error {
	for attempt := 1; ; attempt++ {
		list, supported, err := c.listed(ctx, c.pair.target, a.TargetImage, a.Tag.Subject)
		switch {
		case err != nil:
			return fmt.Errorf("it was pushed, but whether the target lists it could not be told: %w", err)
		case !supported:
			return c.fallback(ctx, []*plan.Action{a})
		case slices.Contains(list, a.Manifest):
			return nil
		case !c.again(ctx, attempt, 0):
			return errors.New("it was pushed, and the target's Referrers API does not list it")
		}
	}
}

// fallback adds referrers of one subject to the target's referrers index: read,
// union, write, read back. Another writer may have been quicker; then it is done
// again.
func (c *carrier) fallback(ctx context.Context, actions []*plan.Action) error {
	at := c.to(actions[0]).In(cosign.FallbackTag(actions[0].Tag.Subject))
	leave, err := c.Indexes.enter(ctx, index{c.pair.target.Server, at})
	if err != nil {
		return err
	}
	defer leave()
	var before *cosign.Index
	var asked time.Duration
	for attempt := 1; ; attempt++ {
		index, err := c.readIndex(ctx, at, actions)
		if err != nil {
			return err
		}
		if listsAll(index, actions) && (before == nil || index.Holds(before)) {
			return nil
		}
		if attempt > 1 && !c.again(ctx, attempt-1, asked) {
			return errors.New("it was pushed, but other writers keep taking it out of the target's referrers index")
		}
		union, err := c.union(ctx, index.With(before), actions)
		if err != nil {
			return err
		}
		if before, err = cosign.ReadIndex(union, actions[0].Tag.Subject); err != nil {
			return err
		}
		if err := c.pusher.PutManifest(ctx, at, v1.MediaTypeImageIndex, union); err != nil {
			// Reading it again tells what became of it, if that is open.
			var passing bool
			if asked, passing = open(err); !passing || attempt >= c.Attempts {
				return fmt.Errorf("write the target's referrers index %s: %w", at.Tag, err)
			}
		}
	}
}

func listsAll(index *cosign.Index, actions []*plan.Action) bool {
	return !slices.ContainsFunc(actions, func(a *plan.Action) bool { return !index.Lists(a.Manifest) })
}

// union is an index with an entry for each of the referrers.
func (c *carrier) union(ctx context.Context, index *cosign.Index, actions []*plan.Action) ([]byte, error) {
	var written []byte
	for _, a := range actions {
		raw, err := c.manifest(ctx, c.from(a), a.Manifest)
		if err != nil {
			return nil, fmt.Errorf("source: %w", err)
		}
		if written, err = index.Add(raw); err != nil {
			return nil, err
		}
		if index, err = cosign.ReadIndex(written, a.Tag.Subject); err != nil {
			return nil, err
		}
	}
	return written, nil
}

const reasonNoIndex = "it was pushed, but no verifier finds it: the target has no Referrers API, " +
	"and its tag %s, where a referrers index should be, is left alone: "

// readIndex reads the target's referrers index of an action's subject, and
// refuses what is none: other tools keep images under such tags. Looking into
// what it lists takes time, in which others write, so it is read again after
// that: what is returned was read last.
func (c *carrier) readIndex(ctx context.Context, at repository.Tag, actions []*plan.Action) (*cosign.Index, error) {
	a, seen := actions[0], map[oci.Digest]bool{}
	for _, own := range actions {
		seen[own.Manifest] = true
	}
	for {
		index, err := c.fetchIndex(ctx, at, a)
		if err != nil {
			return nil, err
		}
		looked, err := c.entries(ctx, at, a, index, seen)
		if err != nil || !looked {
			return index, err
		}
	}
}

func (c *carrier) fetchIndex(ctx context.Context, at repository.Tag, a *plan.Action) (*cosign.Index, error) {
	raw, err := c.target.Manifest(ctx, at)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return cosign.NewIndex(), nil
	case err != nil:
		return nil, fmt.Errorf("read the target's referrers index %s: %w", at.Tag, err)
	}
	index, err := cosign.ReadIndex(raw, a.Tag.Subject)
	if err != nil {
		return nil, fmt.Errorf(reasonNoIndex+"%w", at.Tag, err)
	}
	return index, nil
}

// entries refuses an index that lists what is no referrer of its subject, and
// tells whether anything had to be looked into that was not seen before.
func (c *carrier) entries(
	ctx context.Context, at repository.Tag, a *plan.Action, index *cosign.Index, seen map[oci.Digest]bool,
) (looked bool, err error) {
	for _, entry := range index.Referrers() {
		if seen[entry.Digest] {
			continue
		}
		seen[entry.Digest] = true
		_, known := c.recall(entry.Digest)
		looked = looked || !known
		found, err := c.look(ctx, byDigest(c.pair.target, a.TargetImage, entry.Digest), entry.Digest)
		switch {
		case errors.Is(err, oci.ErrNotFound):
			continue // somebody else's to clear away
		case err != nil:
			return false, fmt.Errorf("read an entry of the target's referrers index %s: %w", at.Tag, err)
		case found.Subject != a.Tag.Subject:
			return false, fmt.Errorf(reasonNoIndex+"it lists %s, which is no referrer of that digest", at.Tag, entry.Digest.Short())
		}
	}
	return looked, nil
}
