package web

import (
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// entry is one run in a few words, fit to be shown. It is never changed.
type entry struct {
	Trigger Trigger
	// Images are the first of those that a run by events was for, of More more.
	Images []string
	More   int
	// Started and Ended are when; Ended is zero while the run is under way.
	Started, Ended time.Time
	// Reported tells whether there is a report, which the next four are from.
	Reported             bool
	ExitCode             int
	Copied, Failed, Left int
	// Reasons are the first few; Others tells whether there are more.
	Reasons []string
	Others  bool
}

func newEntry(trigger Trigger, at time.Time, images []string) *entry {
	e := &entry{Trigger: trigger, Started: at}
	e.Images, e.More = shortened(images, intake.RunImages)
	for i, image := range e.Images {
		e.Images[i] = page.Brief(image)
	}
	return e
}

// over is the entry of the same run after its end.
func (e *entry) over(r *report.Report, err error, at time.Time) *entry {
	over := *e
	over.Ended = at
	if r != nil {
		over.Reported, over.ExitCode = true, r.Run.ExitCode
		over.Copied, over.Failed = copied(r.Totals), r.Totals.Outcomes[report.Failed]
		over.Left = total(left(r))
	}
	over.Reasons, over.Others = reasons(r, err)
	return &over
}

// Took is how long the run took.
func (e *entry) Took() time.Duration { return max(e.Ended.Sub(e.Started), 0) }

// Level is how well the run ended.
func (e *entry) Level() page.Level {
	if !e.Reported {
		return page.Bad
	}
	return page.LevelOf(e.ExitCode)
}

// Meaning is what the exit code means, in two or three words.
func (e *entry) Meaning() string {
	switch {
	case !e.Reported:
		return "not done"
	case e.ExitCode == report.ExitOK:
		return "nothing left"
	case e.ExitCode == report.ExitLeft && e.Left == 0:
		return "stopped by a limit"
	case e.ExitCode == report.ExitLeft:
		return "something left"
	case e.ExitCode == report.ExitInterrupted:
		return "interrupted"
	default:
		return "work not done"
	}
}

// copied counts what the run wrote.
func copied(t report.Totals) int {
	n := 0
	for outcome, count := range t.Outcomes {
		if outcome.Mended() {
			n += count
		}
	}
	return n
}

// left counts what is left in the states of fail_on.
func left(r *report.Report) map[plan.State]int {
	counts := map[plan.State]int{}
	for _, p := range r.Pairs {
		for _, f := range p.Findings {
			if !f.Outcome.Mended() {
				counts[f.State]++
			}
		}
	}
	// Nothing is ever done about these, and they may not be listed.
	counts[plan.InSync], counts[plan.Ahead] = r.Totals.States[plan.InSync], r.Totals.States[plan.Ahead]
	in := map[plan.State]int{}
	for _, s := range r.Run.FailOn {
		in[s] = counts[s]
	}
	return in
}

func total(counts map[plan.State]int) int {
	n := 0
	for _, count := range counts {
		n += count
	}
	return n
}
