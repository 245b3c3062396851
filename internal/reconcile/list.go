package reconcile

import (
	"context"
	"errors"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// list builds an inventory, and begins anew where the listing broke off in the
// middle. Whatever else may pass, the client has tried again already.
func (r *run) list(ctx context.Context, from scan.Lister, q scan.Query) (*plan.Inventory, error) {
	for attempt := 1; ; attempt++ {
		inv, err := scan.Inventory(ctx, r.pool, from, q)
		asked, passing := open(err)
		if !passing || !errors.Is(err, oci.ErrIncomplete) || attempt >= r.Attempts || ctx.Err() != nil {
			return inv, err
		}
		r.Log.WithField("repository", q.Repository).WithError(err).Warn("listing broke off and is begun anew")
		if err := r.Pause(ctx, attempt, asked); err != nil {
			return nil, err
		}
	}
}
