package inspect

import (
	"context"
	"errors"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// referrers are what a place lists for a subject, through the Referrers API and
// in the index that clients keep where there is none, sorted by digest.
func (b *branch) referrers(ctx context.Context, subject oci.Digest) ([]listed, error) {
	var found []listed
	enter := func(list []oci.Descriptor, way Discovery) {
		for _, d := range list {
			at := slices.IndexFunc(found, func(l listed) bool { return l.digest == d.Digest })
			switch {
			case at < 0:
				found = append(found, listed{d.Digest, []Discovery{way}})
			case !slices.Contains(found[at].ways, way):
				found[at].ways = append(found[at].ways, way)
			}
		}
	}
	if !b.empty() && !b.without[b.in()] {
		list, supported, err := b.place.Registry.Referrers(ctx, b.in(), subject)
		if err != nil {
			return nil, err
		}
		b.without[b.in()] = !supported
		enter(list, ReferrersAPI)
		b.discovery = ReferrersAPI
		if !supported {
			b.discovery = ReferrersIndex
		}
	}
	if b.place.Inventory.HasFallback(b.image, subject) {
		index, err := b.index(ctx, subject)
		if err != nil {
			return nil, err
		}
		enter(index.Referrers(), ReferrersIndex)
	}
	slices.SortFunc(found, func(x, y listed) int { return x.digest.Compare(y.digest) })
	return found, nil
}

// empty tells that the listing shows nothing of the image: there is nobody to ask.
func (b *branch) empty() bool {
	inv := b.place.Inventory
	return len(inv.Holdings(b.image)) == 0 && len(inv.Fallbacks(b.image)) == 0 && !inv.HasAttachments(b.image)
}

// index reads the referrers index of a subject. What is under its tag and is none
// lists nothing.
func (b *branch) index(ctx context.Context, subject oci.Digest) (*cosign.Index, error) {
	raw, err := b.place.Registry.Manifest(ctx, b.at(cosign.FallbackTag(subject)))
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return cosign.NewIndex(), nil
	case err != nil:
		return nil, err
	}
	index, err := cosign.ReadIndex(raw, subject)
	if errors.Is(err, cosign.ErrNoReferrersIndex) {
		return cosign.NewIndex(), nil
	}
	return index, err
}
