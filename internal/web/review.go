package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
	"github.com/sigsync/sigsync/internal/report"
)

// review is what the page shows of a report. It is made once for each, bounded
// however large the report is, and fit to be shown.
type review struct {
	ID, Mode, Version string
	Started, Finished time.Time
	ExitCode          int
	Interrupted       bool
	// Verdict is the report's, and Stopped what kept it from doing more.
	Verdict, Stopped string
	// Any tells whether fail_on names any state at all.
	Any                                      bool
	Subjects, Copied, Failed, Left, Requests int
	// Pairs are the first, those with errors before those of which something is
	// left and the rest; Broken of them all have an error. names are all.
	Pairs             []pairReview
	MorePairs, Broken int
	AllPairs          int
	names             map[string]bool
	// Attention are the findings that count as left, and Also the others.
	Attention, Also []*group
}

func newReview(r *report.Report) review {
	v := review{
		ID: page.Brief(r.Run.ID), Mode: page.Brief(string(r.Run.Mode)), Version: page.Brief(r.Run.Version),
		Started: r.Run.Started, Finished: r.Run.Finished, ExitCode: r.Run.ExitCode, Interrupted: r.Run.Interrupted,
		Verdict: r.Verdict(), Any: len(r.Run.FailOn) > 0,
		Subjects: r.Totals.Subjects, Copied: copied(r.Totals), Failed: r.Totals.Outcomes[report.Failed],
		Left: total(left(r)), Requests: r.Requests.Total, AllPairs: len(r.Pairs), names: map[string]bool{},
	}
	if r.Run.Stopped != nil && !r.Run.Interrupted {
		v.Stopped = page.Brief(r.Run.Stopped.Reason)
	}
	for _, p := range r.Pairs {
		v.names[p.Name] = true
		if p.Error != "" {
			v.Broken++
		}
	}
	v.Pairs, v.MorePairs = reviewPairs(r)
	v.Attention, v.Also = groups(r)
	return v
}

// Took is how long the run took.
func (v *review) Took() time.Duration { return max(v.Finished.Sub(v.Started), 0) }

// pairReview is what the page shows of a pair.
type pairReview struct {
	Name           string
	Source, Target report.End
	Error          string
	Unread         int
	Subjects, Left int
	States         []stateReview
}

// stateReview counts the relations of a pair that were found in one state.
type stateReview struct {
	State plan.State
	Count int
	// Share is the part of the pair's relations, in percent.
	Share float64
	// Counts tells whether fail_on names the state.
	Counts bool
	// Became says what became of them, and Mended counts those that the target
	// has now.
	Became []became
	Mended int
}

type became struct {
	Outcome report.Outcome
	Count   int
}

// Level is how bad it is what is left in the state; good where nothing is.
func (s stateReview) Level() page.Level {
	if s.Mended == s.Count {
		return page.Good
	}
	return page.LevelOfState(s.State, s.Counts)
}

func reviewPairs(r *report.Report) (some []pairReview, more int) {
	all := make([]pairReview, 0, len(r.Pairs))
	for i := range r.Pairs {
		all = append(all, reviewPair(&r.Pairs[i], r.Run.FailOn))
	}
	slices.SortStableFunc(all, func(a, b pairReview) int { return cmp.Compare(b.urgency(), a.urgency()) })
	return shortened(all, intake.ShownPairs)
}

// urgency is higher for what is to be seen first.
func (p pairReview) urgency() int {
	switch {
	case p.Error != "":
		return 2
	case p.Left > 0:
		return 1
	default:
		return 0
	}
}

func reviewPair(p *report.Pair, failOn []plan.State) pairReview {
	v := pairReview{
		Name: page.Brief(p.Name), Source: endReview(p.Source), Target: endReview(p.Target),
		Error: printable.Lines(p.Error), Unread: p.Unread, Subjects: p.Totals.Subjects,
		Left: total(left(&report.Report{Run: report.Run{FailOn: failOn}, Totals: p.Totals, Pairs: []report.Pair{*p}})),
	}
	all := total(p.Totals.States)
	outcomes := outcomesOf(p)
	for _, s := range plan.States() {
		n := p.Totals.States[s]
		if n == 0 {
			continue
		}
		shown := stateReview{State: s, Count: n, Share: 100 * float64(n) / float64(all), Counts: slices.Contains(failOn, s)}
		for _, o := range report.Outcomes() {
			if count := outcomes[relation{s, o}]; count > 0 && o != report.None {
				shown.Became = append(shown.Became, became{o, count})
				if o.Mended() {
					shown.Mended += count
				}
			}
		}
		v.States = append(v.States, shown)
	}
	return v
}

func endReview(e report.End) report.End {
	return report.End{Server: page.Brief(e.Server), Repository: page.Brief(e.Repository)}
}

// relation is how something was found and what became of it.
type relation struct {
	state   plan.State
	outcome report.Outcome
}

func outcomesOf(p *report.Pair) map[relation]int {
	counts := map[relation]int{}
	for _, f := range p.Findings {
		counts[relation{f.State, f.Outcome}]++
	}
	return counts
}
