package reconcile

import (
	"maps"
	"sync"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// result is what became of an action.
type result struct {
	outcome report.Outcome
	reason  string
}

// outcomes are the results of a pair's actions.
type outcomes map[*plan.Action]result

// ledger collects results from many goroutines.
type ledger struct {
	mu       sync.Mutex
	results  outcomes
	progress func(done int)
}

func newLedger(progress func(done int)) *ledger {
	return &ledger{results: outcomes{}, progress: progress}
}

func (l *ledger) record(a *plan.Action, r result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.results[a] = r
	l.progress(len(l.results))
}

// fill puts a plan and what became of it into a pair's report.
func fill(to *report.Pair, p *plan.Plan, done outcomes) {
	to.Totals.Subjects = p.Subjects
	to.Unread = p.Unread
	maps.Copy(to.Totals.States, p.Counts)
	listed := 0
	for _, r := range p.Relations {
		f := finding(r, done)
		to.Findings = append(to.Findings, f)
		to.Totals.Outcomes[f.Outcome]++
		listed++
	}
	total := 0
	for _, n := range p.Counts {
		total += n
	}
	to.Totals.Outcomes[report.None] += total - listed
	cover(to, p)
}

// cover puts into a pair's report how far signatures cover its subjects, with
// what was mended: the findings are those of the plan's relations.
func cover(to *report.Pair, p *plan.Plan) {
	to.Prefixes = make([]report.PrefixCoverage, len(p.Prefixes))
	at := make(map[string]*report.Coverage, len(p.Prefixes))
	for i, counted := range p.Prefixes {
		to.Prefixes[i] = report.PrefixCoverage{Prefix: counted.Prefix, Coverage: report.Coverage(counted.Coverage)}
		at[counted.Prefix] = &to.Prefixes[i].Coverage
	}
	var last *plan.Relation
	for i, r := range p.Relations {
		same := last != nil && last.Image == r.Image && last.Subject == r.Subject
		if r.Decides && to.Findings[i].Outcome.Mended() && !same {
			last = r
			at[plan.Prefix(r.Image)].Mend(r.State)
		}
	}
	for i := range to.Prefixes {
		to.Totals.Coverage.Add(to.Prefixes[i].Coverage)
	}
}

func finding(r *plan.Relation, done outcomes) report.Finding {
	f := report.Finding{
		Image: r.Image, Tags: r.Tags, Subject: r.Subject, Family: r.Family,
		State: r.State, Outcome: report.None, Reason: r.Reason,
	}
	if f.Tags == nil {
		f.Tags = []string{}
	}
	if r.Attached() {
		f.Attachment = &report.Attachment{Tag: r.Tag().String(), Digest: r.Digest, ArtifactType: r.ArtifactType, VerifiedBy: r.VerifiedBy}
		if r.Referrer {
			f.Attachment.Tag = ""
		}
	}
	switch {
	case r.Held != "":
		f.Outcome, f.Reason = report.Held, r.Held
	case r.Action != nil:
		became := done[r.Action]
		f.Outcome = became.outcome
		if became.reason != "" {
			f.Reason = became.reason
		}
	}
	return f
}
