package reconcile

import (
	"context"
	"errors"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// everySubject asks the source, and where both is set the target too, what they
// list for each subject, and then for each referrer that this shows.
func (i *inquiry) everySubject(ctx context.Context, both bool) {
	asked := map[oci.Digest]bool{}
	for {
		var next []oci.Digest
		for d := range i.subjects {
			if !asked[d] {
				asked[d] = true
				next = append(next, d)
			}
		}
		if len(next) == 0 {
			return
		}
		i.each(len(next), func(n int) { i.subject(ctx, next[n], both) })
		i.follow()
	}
}

// follow makes subjects of the referrers that were found: they may be signed too.
func (i *inquiry) follow() {
	for _, byDigest := range i.found {
		for d := range byDigest {
			i.subjects[d] = true
		}
	}
}

func (i *inquiry) subject(ctx context.Context, subject oci.Digest, both bool) {
	for _, image := range i.q.Sources {
		list, err := i.discover(ctx, i.pair.source, image, subject)
		if err != nil {
			i.leave(subject, "the source: "+reason(err))
			return
		}
		for _, d := range list {
			if !i.has(subject, d) {
				i.offered(ctx, image, d, subject)
			}
		}
	}
	if !both {
		return
	}
	if err := i.compare(ctx, subject); err != nil {
		i.leave(subject, "the target: "+reason(err))
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked[subject] = true
}

// compare sets against what the source has what the target lists and holds.
func (i *inquiry) compare(ctx context.Context, subject oci.Digest) error {
	list, err := i.discover(ctx, i.pair.target, i.q.Image, subject)
	if err != nil {
		return err
	}
	i.mu.Lock()
	offered := make([]plan.Referrer, 0, len(i.found[subject]))
	for _, r := range i.found[subject] {
		offered = append(offered, r)
	}
	i.mu.Unlock()
	for _, r := range offered {
		r.Listed = slices.Contains(list, r.Digest)
		if r.AtTarget, err = i.there(ctx, r.Digest); err != nil {
			return err
		}
		i.put(subject, r)
	}
	for _, d := range list {
		if !i.has(subject, d) {
			if err := i.own(ctx, subject, d, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// there tells whether the target has a manifest. The tags of a plain registry
// do not show those without one.
func (i *inquiry) there(ctx context.Context, digest oci.Digest) (bool, error) {
	inventory := i.inventories[i.pair.target]
	if !inventory.TagsOnly() || inventory.HasManifest(i.q.Image, digest) {
		return inventory.HasManifest(i.q.Image, digest), nil
	}
	at := repository.Image{Repository: i.pair.target.Repository, Path: i.q.Image}.In(digest.String())
	_, err := i.Registries[i.pair.target.Server].Resolve(ctx, at)
	if errors.Is(err, oci.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// own takes in a manifest of the target that is a referrer of a subject. A list
// entry without its manifest is nobody's loss where the source has none either.
func (i *inquiry) own(ctx context.Context, subject, digest oci.Digest, listed bool) error {
	found, err := i.judge(ctx, byDigest(i.pair.target, i.q.Image, digest), digest)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return nil
	case err != nil:
		return err
	case found.Subject != subject:
		return nil
	}
	made := i.referrer(found, digest)
	made.AtTarget, made.Listed, made.SourceImage = true, listed, i.atSource(digest)
	i.put(subject, made)
	return nil
}

// atSource returns an image of the source that is known to have a manifest.
func (i *inquiry) atSource(digest oci.Digest) string {
	for _, image := range i.q.Sources {
		if i.inventories[i.pair.source].HasManifest(image, digest) {
			return image
		}
	}
	return ""
}

// doubt tells whether the target's manifests that both sides have must be read:
// where it costs nothing the next time, and where an attestation must not come
// unless a signature is there.
func (i *inquiry) doubt() bool {
	if i.Memory != nil && len(i.q.Unsigned) > 0 {
		return true
	}
	for _, byDigest := range i.found {
		attested, signed := false, false
		for _, r := range byDigest {
			attested = attested || r.Bundle && r.Family == cosign.Attestation && !r.AtTarget
			signed = signed || r.Bundle && r.Family == cosign.Signature
		}
		if attested && !signed {
			return true
		}
	}
	return false
}

// doubtful reads manifests of the target that may be referrers.
func (i *inquiry) doubtful(ctx context.Context) {
	i.each(len(i.q.Doubtful), func(n int) { i.settle(ctx, i.q.Doubtful[n], true) })
}

// settle finds out whose referrer a manifest of the target is.
func (i *inquiry) settle(ctx context.Context, digest oci.Digest, listed bool) {
	found, err := i.look(ctx, byDigest(i.pair.target, i.q.Image, digest), digest)
	if err == nil && i.subjects[found.Subject] && !i.has(found.Subject, digest) {
		err = i.own(ctx, found.Subject, digest, listed)
	}
	if err != nil {
		i.leave(oci.Digest{}, "manifest "+digest.Short()+" at the target, which may be a referrer, could not be read: "+reason(err))
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.read[digest] = true
}

// unlisted finds those of the artifacts that both sides have which the target
// has no entry for. A target with the Referrers API enters what it takes.
func (i *inquiry) unlisted(ctx context.Context) {
	if len(i.q.Unlisted) == 0 || i.capabilities.somewhere(i.pair.target) || len(i.q.Subjects) == 0 {
		return
	}
	_, supported, err := i.listed(ctx, i.pair.target, i.q.Image, i.q.Subjects[0])
	if err != nil {
		i.leave(oci.Digest{}, "whether the target lists its referrers could not be told: "+reason(err))
		return
	}
	if supported {
		return
	}
	entries := map[oci.Digest]bool{}
	for _, subject := range i.inventories[i.pair.target].Fallbacks(i.q.Image) {
		index, err := i.index(ctx, i.pair.target, i.q.Image, subject)
		if err != nil {
			i.leave(subject, "the target: "+reason(err))
			return
		}
		for _, entry := range index.Referrers() {
			entries[entry.Digest] = true
		}
	}
	for _, d := range i.q.Unlisted {
		if !entries[d] {
			i.settle(ctx, d, false)
		}
	}
}
