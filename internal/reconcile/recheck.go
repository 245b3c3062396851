package reconcile

import (
	"context"
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/scan"
)

const (
	reasonUnchecked = "waits: whether somebody else wrote it since it was listed could not be told: "
	reasonTaken     = "waits: somebody else wrote to it since it was listed; the next run compares it"
)

// recheck lists the attachments of a stage's images once more, right before it
// begins, and returns the groups that are still as they were planned. Copy Item
// replaces a file without asking where the account has the right to, and hours
// may lie between the first listing and the last copy.
func (r *run) recheck(ctx context.Context, p *checked, groups []plan.Group, book *ledger) []plan.Group {
	var actions []*plan.Action
	for _, g := range groups {
		actions = append(actions, g.Actions...)
	}
	now, err := scan.Inventory(ctx, r.Servers[p.target.Server], scan.Query{
		Repository: p.target.Repository, Images: images(actions), AttachmentsOnly: true,
	})
	var still []plan.Group
	for _, g := range groups {
		switch {
		case err != nil:
			hold(g, reasonUnchecked+reason(err), book)
		case slices.ContainsFunc(g.Actions, func(a *plan.Action) bool { return taken(now, a) }):
			settle(g, now, book)
		default:
			still = append(still, g)
		}
	}
	return still
}

// taken tells whether a file of the action, or another manifest in its place,
// is at the target by now.
func taken(now *plan.Inventory, a *plan.Action) bool {
	manifest, there := now.ManifestOf(a.TargetImage, a.Tag)
	if there && (!a.Repair || manifest != a.Manifest) {
		return true
	}
	return slices.ContainsFunc(a.Files, func(f plan.File) bool { return now.HasFile(a.TargetImage, a.Tag, f) })
}

// settle says of a group that somebody else works on what is done, and leaves
// the rest to the next run.
func settle(g plan.Group, now *plan.Inventory, book *ledger) {
	for _, a := range g.Actions {
		if holds(now, a) {
			book.record(a, result{report.Copied, "another run brought it"})
			continue
		}
		book.record(a, result{report.Held, reasonTaken})
	}
}
