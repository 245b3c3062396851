package notify

import (
	"maps"
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// tally is what is left of a report. It keeps the first few findings of each
// state, and of the others no more than their number.
type tally struct {
	report *report.Report
	// left counts what fail_on names, by state; leftIn by pair.
	left   map[plan.State]int
	leftIn []int
	listed
}

// listed is what there is to list: how much, by state, and the first of it.
type listed struct {
	count map[plan.State]int
	first map[plan.State][]found
}

// found is a finding and its pair.
type found struct {
	pair    *report.Pair
	finding *report.Finding
}

func newTally(r *report.Report) *tally {
	t := &tally{report: r, left: map[plan.State]int{}, leftIn: make([]int, len(r.Pairs))}
	failing := failing(r.Run.FailOn)
	t.listed = list(r, t.leftIn, func(f *report.Finding) bool { return failing[f.State] && !f.Outcome.Mended() })
	maps.Copy(t.left, t.count)
	for _, s := range counted() {
		if slices.Contains(r.Run.FailOn, s) {
			t.left[s] = r.Totals.States[s]
			for i := range r.Pairs {
				t.leftIn[i] += r.Pairs[i].Totals.States[s]
			}
		}
	}
	if r.Run.Stopped != nil && !slices.ContainsFunc(t.leftIn, func(n int) bool { return n > 0 }) {
		t.listed = list(r, make([]int, len(r.Pairs)), func(f *report.Finding) bool {
			return f.Outcome == report.Held || f.Outcome == report.Failed
		})
	}
	return t
}

// counted are the states about which nothing is ever done: a report counts them
// and need not list them.
func counted() []plan.State { return []plan.State{plan.InSync, plan.Ahead} }

// failing are the states of fail_on that a report lists.
func failing(failOn []plan.State) map[plan.State]bool {
	set := map[plan.State]bool{}
	for _, s := range failOn {
		set[s] = !slices.Contains(counted(), s)
	}
	return set
}

// list counts the findings that are of interest, per pair as well.
func list(r *report.Report, perPair []int, interests func(*report.Finding) bool) listed {
	l := listed{map[plan.State]int{}, map[plan.State][]found{}}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		for j := range p.Findings {
			f := &p.Findings[j]
			if !interests(f) {
				continue
			}
			perPair[i]++
			l.count[f.State]++
			if len(l.first[f.State]) < mostFindings {
				l.first[f.State] = append(l.first[f.State], found{p, f})
			}
		}
	}
	return l
}

// findings lists the first of what there is to list, and counts the others. Each
// state has its turn, so that a thousand that are missing do not hide the one
// that is suspect.
func (t *tally) findings() (shown []Finding, more int) {
	shown = []Finding{}
	turns := t.turns()
	for _, s := range plan.States() {
		for _, f := range t.first[s][:turns[s]] {
			shown = append(shown, findingOf(f))
		}
		more += t.count[s] - turns[s]
	}
	return shown, more
}

// turns says how many of each state are shown.
func (t *tally) turns() map[plan.State]int {
	turns := map[plan.State]int{}
	for taken, before := 0, -1; taken > before; {
		before = taken
		for _, s := range plan.States() {
			if taken < mostFindings && turns[s] < len(t.first[s]) {
				turns[s]++
				taken++
			}
		}
	}
	return turns
}

func findingOf(f found) Finding {
	shown := Finding{
		Pair: clip(f.pair.Name, nameBytes), Image: clip(f.finding.Image, nameBytes), Tags: []string{},
		Family: f.finding.Family.String(), State: f.finding.State.String(), Outcome: clip(string(f.finding.Outcome), nameBytes),
		Reason: clip(f.finding.Reason, wordsBytes),
	}
	for _, tag := range f.finding.Tags[:min(mostTags, len(f.finding.Tags))] {
		shown.Tags = append(shown.Tags, clip(tag, nameBytes))
	}
	if !f.finding.Subject.IsZero() {
		shown.Subject = f.finding.Subject.String()
	}
	return shown
}

// pairs lists the first pairs, those that people have to look at first, and
// counts the others.
func (t *tally) pairs() (shown []Pair, more int) {
	shown = []Pair{}
	for _, wanted := range []func(i int) bool{
		t.broken,
		func(i int) bool { return !t.broken(i) && t.leftIn[i] > 0 },
		func(i int) bool { return !t.broken(i) && t.leftIn[i] == 0 },
	} {
		for i := range t.report.Pairs {
			if len(shown) < mostPairs && wanted(i) {
				shown = append(shown, pairOf(t.report.Pairs[i], t.leftIn[i]))
			}
		}
	}
	return shown, len(t.report.Pairs) - len(shown)
}

func (t *tally) broken(i int) bool { return t.report.Pairs[i].Error != "" }

func pairOf(p report.Pair, left int) Pair {
	return Pair{
		Name: clip(p.Name, nameBytes), Source: endOf(p.Source), Target: endOf(p.Target), Error: clip(p.Error, wordsBytes),
		Subjects: p.Totals.Subjects, States: states(p.Totals.States), Outcomes: outcomes(p.Totals.Outcomes), Left: left,
	}
}

func endOf(e report.End) End {
	return End{Server: clip(e.Server, nameBytes), Repository: clip(e.Repository, nameBytes)}
}
