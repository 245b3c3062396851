package reconcile

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// execute carries out a plan, or says what would be carried out where there is
// nothing to write with.
func (r *run) execute(ctx context.Context, p *checked, computed *plan.Plan) outcomes {
	total := 0
	for _, g := range computed.Groups {
		total += len(g.Actions)
	}
	book := newLedger(func(done int) {
		if r.Progress != nil {
			r.Progress(p.Name, done, total)
		}
	})
	if total == 0 {
		return book.results
	}
	if r.audits() {
		r.foresee(computed, book)
		return book.results
	}
	ctx, done := r.phase(ctx, Execution, p.Name)
	defer done()
	// Looking whether it arrived has a part of the grace for itself: it is what
	// tells copies that were done before an interrupt from those that were not.
	look, end := withGrace(ctx, r.Grace)
	defer end()
	work, release := withGrace(ctx, r.Grace-min(r.Grace/3, lookGrace))
	defer release()
	c := &copier{
		run: r, writer: r.Writers[p.target.Server], server: r.Servers[p.target.Server], pair: p,
		attempts: r.Attempts, pause: r.Pause, log: r.Log.WithField("pair", p.Name),
		carrier: &carrier{
			run: r, pair: p, target: r.Registries[p.target.Server], pusher: r.Pushers[p.target.Server], large: semaphore.NewWeighted(1),
		},
		promoting: r.edition(p.target.Server),
	}
	gone := lackingSignatures(computed)
	for rest := computed.Groups; len(rest) > 0; {
		n := sameStage(rest)
		r.stage(ctx, work, c, r.begin(ctx, p, rest[:n], book), book, gone)
		gone.add(rest[:n], book)
		rest = rest[n:]
	}
	r.confirm(look, p, computed, book)
	return book.results
}

// begin returns the groups of a stage that may begin.
func (r *run) begin(ctx context.Context, p *checked, groups []plan.Group, book *ledger) []plan.Group {
	if ctx.Err() != nil || r.brake.block() != "" {
		return groups // each is told why it may not
	}
	return r.recheck(ctx, p, groups, book)
}

// lookGrace is the most of the grace that is kept for looking.
const lookGrace = 3 * time.Second

// barred says why nothing of a group may begin, before anything is asked for it.
func (r *run) barred(ctx, work context.Context, c *copier, g plan.Group, gone unsignedSubjects) string {
	if why := over(ctx); why != "" {
		return why
	}
	if why := r.brake.block(); why != "" {
		return why
	}
	return r.childless(work, c, g, gone)
}

// foresee is the end of an audit: what the limit would leave is held there too.
func (r *run) foresee(computed *plan.Plan, book *ledger) {
	for _, g := range computed.Groups {
		for _, a := range g.Actions {
			if why := r.brake.begin(); why != "" {
				book.record(a, result{report.Held, why})
			} else {
				book.record(a, result{outcome: report.Planned})
			}
		}
	}
}

func sameStage(groups []plan.Group) int {
	n := 1
	for n < len(groups) && groups[n].Stage == groups[0].Stage {
		n++
	}
	return n
}

// stage carries out groups side by side. What fails in one never ends another.
func (r *run) stage(ctx, work context.Context, c *copier, groups []plan.Group, book *ledger, gone unsignedSubjects) {
	workers := newTeam(r.Copy)
	for _, g := range groups {
		workers.Go(func() {
			if why := r.barred(ctx, work, c, g, gone); why != "" {
				hold(g, why, book)
				return
			}
			r.group(ctx, work, c, g, book)
		})
	}
	workers.Wait()
}

const (
	reasonSignature = "waits for the signature of this subject, which could not be copied"
	reasonSubject   = "waits for the attachment that it belongs to, which could not be copied"
)

// group carries out the actions of one subject one after the other.
func (r *run) group(ctx, work context.Context, c *copier, g plan.Group, book *ledger) {
	came := arrivals{unsigned: map[oci.Digest]bool{}, absent: map[oci.Digest]bool{}}
	for rest := g.Actions; len(rest) > 0; {
		n := c.together(work, rest)
		if n == 1 {
			became := r.action(ctx, work, rest[0], came, c.copy)
			book.record(rest[0], became)
			came.note(rest[0], became.outcome)
		} else {
			for i, became := range r.batch(ctx, work, c, rest[:n], came) {
				book.record(rest[i], became)
			}
		}
		rest = rest[n:]
	}
}

// action does one action, unless something keeps it from beginning.
func (r *run) action(
	ctx, work context.Context, a *plan.Action, came arrivals, do func(context.Context, *plan.Action) error,
) result {
	switch {
	case came.unsigned[a.Tag.Subject] && a.Tag.Family != cosign.Signature:
		return result{report.Held, reasonSignature}
	case came.absent[a.Tag.Subject]:
		return result{report.Held, reasonSubject}
	}
	if why := over(ctx); why != "" {
		return result{report.Held, why}
	}
	if why := r.brake.begin(); why != "" {
		return result{report.Held, why}
	}
	err := do(work, a)
	if errors.Is(err, errTaken) {
		return result{report.Held, err.Error()}
	}
	r.brake.ended(err != nil)
	if err != nil {
		return result{report.Failed, reason(err)}
	}
	return result{outcome: mendedAs(a)}
}

// mendedAs is the outcome of an action that was carried out.
func mendedAs(a *plan.Action) report.Outcome {
	switch a.Mend {
	case plan.Repair:
		return report.Repaired
	case plan.Update:
		return report.Updated
	case plan.Merge:
		return report.Merged
	default:
		return report.Copied
	}
}
