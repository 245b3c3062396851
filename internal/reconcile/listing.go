package reconcile

import (
	"context"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// Listing is what a run found of a repository.
type Listing struct {
	// End is the repository as pairs name it, Holder the one that holds its files.
	End, Holder End
	// Inventory is nil where Err says why there is none.
	Inventory *plan.Inventory
	Err       error
}

// tell hands on what was found of each repository. One that may be read on one
// side only, as a virtual one, is told once: as far as it was found.
func (r *run) tell(ctx context.Context, pairs []*checked, tagged map[End]*scan.Tagged, failures map[End]error) {
	if r.Listed == nil {
		return
	}
	var order []End
	found := map[End]Listing{}
	note := func(named, holder End, refused error) {
		before, seen := found[named]
		if !seen {
			order = append(order, named)
		}
		if !seen || before.Err != nil && refused == nil {
			found[named] = Listing{End: named, Holder: holder, Err: refused}
		}
	}
	for _, p := range pairs {
		note(p.Pair.Source, p.source, p.sourceErr)
		note(p.Pair.Target, p.target, p.targetErr)
	}
	for _, end := range order {
		l := found[end]
		if l.Err == nil {
			l.Inventory, l.Err = r.inventory(ctx, pairs, l.Holder, tagged, failures)
		}
		r.Listed(l)
	}
}

// inventory returns all that a repository was found to hold. Of a plain
// registry that is only a source, a run looks up no more than it needs.
func (r *run) inventory(
	ctx context.Context, pairs []*checked, end End, tagged map[End]*scan.Tagged, failures map[End]error,
) (*plan.Inventory, error) {
	if failures[end] != nil || !r.plain(end) || fills(pairs, end) {
		return r.inventories[end], failures[end]
	}
	everything := scan.Purpose{Pool: r.pool, Images: true, Attachments: func(oci.Digest) bool { return true }}
	return tagged[end].Inventory(ctx, r.Registries[end.Server], everything, r.Copy)
}
