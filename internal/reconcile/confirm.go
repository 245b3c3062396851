package reconcile

import (
	"context"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/scan"
)

// confirm lists the target's attachments once more and takes back the success
// of every copy whose files are not there with the right content.
func (r *run) confirm(ctx context.Context, p *checked, computed *plan.Plan, book *ledger) {
	copied := r.inside(p, mended(computed, book))
	if len(copied) == 0 {
		return
	}
	now, err := r.relist(ctx, p, copied)
	for _, a := range copied {
		switch {
		case err != nil:
			r.takeBack(book, a, reasonUnconfirmed+reason(err))
		case !holds(now, a):
			r.takeBack(book, a, "the server reported success, but the files are not at the target")
		}
	}
}

// takeBack makes a failure of what was reported as a success.
func (r *run) takeBack(book *ledger, a *plan.Action, why string) {
	book.record(a, result{report.Failed, why})
	r.brake.takenBack()
}

const reasonUnconfirmed = "the server reported success, but whether it arrived could not be confirmed: "

func mended(computed *plan.Plan, book *ledger) []*plan.Action {
	var actions []*plan.Action
	for _, g := range computed.Groups {
		for _, a := range g.Actions {
			if book.results[a].outcome.Mended() {
				actions = append(actions, a)
			}
		}
	}
	return actions
}

func holds(inv *plan.Inventory, a *plan.Action) bool {
	return !slices.ContainsFunc(a.Files, func(f plan.File) bool { return !inv.HasFile(a.TargetImage, a.Tag, f) })
}

// relist lists the attachments that the target has by now in the images of actions:
// one query, or some where a part of a large repository is to be seen.
func (r *run) relist(ctx context.Context, p *checked, actions []*plan.Action) (*plan.Inventory, error) {
	images := images(actions)
	q := scan.Query{Repository: p.target.Repository, Images: literals(images), AttachmentsOnly: true}
	if known := r.inventories[p.target]; known != nil {
		q.Beside = known.AttachmentsBeside(images)
	}
	return r.list(ctx, r.Servers[p.target.Server], q)
}

// images are the paths that actions bring something to.
func images(actions []*plan.Action) []string {
	var images []string
	for _, a := range actions {
		images = append(images, a.TargetImage)
	}
	slices.Sort(images)
	return slices.Compact(images)
}

// literals are globs that match just those image paths.
func literals(images []string) []string {
	globs := make([]string, len(images))
	for i, image := range images {
		globs[i] = Literal(image)
	}
	return globs
}

// Literal is a glob that matches just that image path.
func Literal(image string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`).Replace(image)
}
