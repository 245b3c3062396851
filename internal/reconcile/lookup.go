package reconcile

import (
	"context"
	"fmt"
	"maps"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// plain tells whether an end is on a plain registry, whose listing is its tags.
func (r *run) plain(e End) bool { return r.Servers[e.Server] == nil }

// lookUp makes inventories of the tags of plain registries. A digest costs a
// request there, so no more of a source is looked up than its targets can use,
// and targets come first.
func (r *run) lookUp(ctx context.Context, pairs []*checked, tagged map[End]*scan.Tagged, failures map[End]error) {
	for end, tags := range tagged {
		if failures[end] == nil && !fills(pairs, end) {
			r.sources[end] = &plainSource{tags: tags, pool: r.pool}
		}
	}
	for _, sources := range []bool{false, true} {
		for end, tags := range tagged {
			if failures[end] != nil || sources == fills(pairs, end) {
				continue
			}
			r.inventories[end], failures[end] = tags.Inventory(ctx, r.Registries[end.Server], r.purpose(pairs, end), r.Copy)
		}
	}
}

// fills tells whether an end is a target.
func fills(pairs []*checked, end End) bool {
	for _, p := range pairs {
		if p.err == nil && p.target == end {
			return true
		}
	}
	return false
}

// purpose says what of an end's tags must be looked up: all of a target, and of
// a source what hangs on the subjects of its targets.
func (r *run) purpose(pairs []*checked, end End) scan.Purpose {
	if fills(pairs, end) {
		return scan.Purpose{Pool: r.pool, Images: true, Attachments: func(oci.Digest) bool { return true }}
	}
	source := r.sources[end]
	source.wanted = map[oci.Digest]bool{}
	for _, p := range pairs {
		if p.err != nil || p.source != end {
			continue
		}
		source.images = source.images || p.Match == plan.MatchDigest
		if inv := r.inventories[p.target]; inv != nil {
			maps.Copy(source.wanted, inv.Subjects())
		}
	}
	return source.purpose()
}

// plainSource is a plain registry's repository that is only a source, and what
// of it is looked up.
type plainSource struct {
	tags   *scan.Tagged
	pool   *plan.Pool
	wanted map[oci.Digest]bool
	images bool
}

func (s *plainSource) purpose() scan.Purpose {
	return scan.Purpose{Pool: s.pool, Images: s.images, Attachments: func(d oci.Digest) bool { return s.wanted[d] }}
}

// lookUpReferrers looks up at a plain source what hangs by a tag on the referrers
// that were found: before that, nobody knew their digests.
func (r *run) lookUpReferrers(ctx context.Context, p *checked, found *plan.Referrers) error {
	source := r.sources[p.source]
	if source == nil || found == nil {
		return nil
	}
	referrers := map[oci.Digest]bool{}
	for _, list := range found.BySubject {
		for _, referrer := range list {
			referrers[referrer.Digest] = true
		}
	}
	if !source.tags.Attached(referrers) {
		return nil
	}
	maps.Copy(source.wanted, referrers)
	inventory, err := source.tags.Inventory(ctx, r.Registries[p.source.Server], source.purpose(), r.Copy)
	if err != nil {
		return fmt.Errorf("%s: %w", plan.Source, err)
	}
	r.inventories[p.source] = inventory
	return nil
}
