package reconcile

import (
	"context"
	"errors"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// everySubject asks the source, and where both is set the target too, what they
// list for each subject, and then for each referrer that this shows.
func (i *inquiry) everySubject(ctx context.Context, both bool) {
	asked := map[oci.Digest]bool{}
	for depth := 0; ; depth++ {
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
		if err := intake.Check("a chain of referrers", depth, intake.Chain, "of them on one another"); err != nil {
			i.leave(oci.Digest{}, err.Error())
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
		list, err := i.discover(ctx, i.pair.source, plan.Source, image, subject)
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
		i.unsure(subject, "the target: "+reason(err))
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked[subject] = true
}

// compare sets against what the source has what the target lists and holds.
func (i *inquiry) compare(ctx context.Context, subject oci.Digest) error {
	list, err := i.discover(ctx, i.pair.target, plan.Target, i.q.Image, subject)
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
		if _, supposed := i.origins[r.Digest]; r.AtTarget && i.q.Exhaustive && !supposed {
			if r.Lacks, err = i.lacking(ctx, r.Blobs); err != nil {
				return err
			}
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

// unsure takes back what was supposed of a subject's referrers at the target.
func (i *inquiry) unsure(subject oci.Digest, why string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for digest, r := range i.found[subject] {
		r.Problem = why
		i.found[subject][digest] = r
	}
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

// lacking returns the blobs that the target has not.
func (i *inquiry) lacking(ctx context.Context, blobs []oci.Digest) ([]oci.Digest, error) {
	var lacking []oci.Digest
	in := repository.Image{Repository: i.pair.target.Repository, Path: i.q.Image}
	for _, d := range blobs {
		if d == oci.EmptyDigest() {
			continue // it is in every artifact, and nothing is in it
		}
		there, err := i.Registries[i.pair.target.Server].HasBlob(ctx, in, oci.Descriptor{Digest: d})
		if err != nil {
			return nil, err
		}
		if !there {
			lacking = append(lacking, d)
		}
	}
	return lacking, nil
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
			attested = attested || r.Bundle && r.Family == cosign.Attestation && !r.Whole()
			signed = signed || r.Bundle && r.Family == cosign.Signature
		}
		if attested && !signed {
			return true
		}
	}
	return false
}

// relied asks the target whether it lists the signature bundles that it has, of
// the subjects that attestations would come to: one that it does not list is
// none for verifiers.
func (i *inquiry) relied(ctx context.Context) {
	for subject, byDigest := range i.found {
		attested, signed := false, false
		for _, r := range byDigest {
			attested = attested || r.Bundle && r.Family == cosign.Attestation && !r.Whole()
			signed = signed || r.Bundle && r.Family == cosign.Signature && r.AtTarget && r.Listed
		}
		if attested && signed {
			if err := i.compare(ctx, subject); err != nil {
				i.leave(subject, "the target: "+reason(err))
				i.unsure(subject, "the target: "+reason(err))
			}
		}
	}
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
	entries, err := i.entries(ctx)
	if err != nil {
		i.leave(oci.Digest{}, "the target: "+reason(err))
		return
	}
	for _, d := range i.q.Unlisted {
		if !entries[d] {
			i.settle(ctx, d, false)
		}
	}
}

// entries returns what the target's referrers indexes list, and what this run
// entered into them.
func (i *inquiry) entries(ctx context.Context) (map[oci.Digest]bool, error) {
	found := map[oci.Digest]bool{}
	for at, digests := range i.entered {
		if at.End == i.pair.target && at.image == i.q.Image {
			for _, d := range digests {
				found[d] = true
			}
		}
	}
	for _, subject := range i.inventories[i.pair.target].Fallbacks(i.q.Image) {
		index, err := i.index(ctx, i.pair.target, i.q.Image, subject)
		if err != nil {
			return nil, err
		}
		for _, listed := range index.Referrers() {
			found[listed.Digest] = true
		}
	}
	return found, nil
}
