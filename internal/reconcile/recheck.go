package reconcile

import (
	"context"
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

const (
	reasonUnchecked = "waits: whether somebody else wrote it since it was listed could not be told: "
	reasonBrought   = "another run brought it"
	reasonTaken     = "waits: somebody else wrote to it since it was listed; the next run compares it"
)

// recheck lists the attachments of a stage's images once more before the stage
// begins, and returns the groups that are still as they were planned. Copy Item
// replaces a file without asking where the account has the right to, and a long
// time may lie between the first listing and this. What comes while the stage
// runs, only an account without that right is kept from replacing.
func (r *run) recheck(ctx context.Context, p *checked, groups []plan.Group, book *ledger) []plan.Group {
	var actions []*plan.Action
	for _, g := range groups {
		actions = append(actions, r.inside(p, g.Actions)...)
	}
	if len(actions) == 0 {
		return groups // what goes through the distribution API is looked at as it is written
	}
	now, err := r.relist(ctx, p, actions)
	var still []plan.Group
	for _, g := range groups {
		switch {
		case ctx.Err() != nil:
			hold(g, over(ctx), book)
		case err != nil:
			hold(g, reasonUnchecked+reason(err), book)
		case slices.ContainsFunc(r.inside(p, g.Actions), func(a *plan.Action) bool { return taken(now, a) }):
			r.settle(p, g, now, book)
		default:
			still = append(still, g)
		}
	}
	return still
}

// taken tells whether the target is not as the action was planned for: a file
// of it is there by now, or the manifest that it completes is another or gone.
func taken(now *plan.Inventory, a *plan.Action) bool {
	manifest, there := now.ManifestOf(a.TargetImage, a.Tag)
	if there == a.Brings() || there && manifest != a.Manifest {
		return true
	}
	return slices.ContainsFunc(a.Files, func(f plan.File) bool { return now.HasFile(a.TargetImage, a.Tag, f) })
}

// settle says of a group that somebody else works on what is done, and leaves
// the rest to the next run.
func (r *run) settle(p *checked, g plan.Group, now *plan.Inventory, book *ledger) {
	for _, a := range g.Actions {
		manifest, _ := now.ManifestOf(a.TargetImage, a.Tag)
		switch {
		case r.byRegistry(p, a):
			book.record(a, result{report.Held, reasonTaken})
		case manifest != a.Manifest || !holds(now, a):
			book.record(a, result{report.Held, reasonTaken})
		case a.Mend == plan.Repair:
			book.record(a, result{report.Repaired, reasonBrought})
		default:
			book.record(a, result{report.Copied, reasonBrought})
		}
	}
}
