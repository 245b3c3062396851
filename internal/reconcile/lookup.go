package reconcile

import (
	"context"
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
		return scan.Purpose{Images: true, Attachments: func(oci.Digest) bool { return true }}
	}
	wanted := map[oci.Digest]bool{}
	anywhere := false
	for _, p := range pairs {
		if p.err != nil || p.source != end {
			continue
		}
		anywhere = anywhere || p.Match == plan.MatchDigest
		if inv := r.inventories[p.target]; inv != nil {
			maps.Copy(wanted, inv.Subjects())
		}
	}
	return scan.Purpose{Images: anywhere, Attachments: func(d oci.Digest) bool { return wanted[d] }}
}
