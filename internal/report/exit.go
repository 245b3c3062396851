package report

import (
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
)

// The exit codes of the program.
const (
	// ExitOK: finished, and no state of fail_on is left.
	ExitOK = 0
	// ExitFailed: the run could not do its work, or not in the time it had.
	ExitFailed = 1
	// ExitUsage: wrong usage or configuration.
	ExitUsage = 2
	// ExitLeft: finished, and states of fail_on are left; or the configuration's
	// limits stopped it, or items of a saved plan were not carried out, whatever
	// fail_on says.
	ExitLeft = 3
	// ExitInterrupted: ended from outside; copies under way were finished or left harmless.
	ExitInterrupted = 130
)

// ExitCode says how the run ended.
func (r *Report) ExitCode() int {
	switch {
	case r.Run.Interrupted:
		return ExitInterrupted
	case r.stoppedBy(ByRunTimeout), slices.ContainsFunc(r.Pairs, func(p Pair) bool { return p.Error != "" }):
		return ExitFailed
	case r.Run.Mode == ModeApply:
		if r.Undone() > 0 || r.pastLimits() {
			return ExitLeft
		}
		return ExitOK
	case len(r.Left()) > 0, r.pastLimits():
		return ExitLeft
	default:
		return ExitOK
	}
}

// Undone counts the items of a saved plan that an apply did not carry out, and
// that nobody else had. What the plan does not have does not count.
func (r *Report) Undone() int {
	n := 0
	for _, p := range r.Pairs {
		for _, f := range p.Findings {
			if !f.Outcome.Mended() && f.Outcome != None { // nothing is to be done for what is done already
				n++
			}
		}
	}
	return n
}

// Left returns the states of Run.FailOn that some relation is left in.
func (r *Report) Left() []plan.State {
	var left []plan.State
	for _, s := range plan.States() {
		if slices.Contains(r.Run.FailOn, s) && r.leaves(s) {
			left = append(left, s)
		}
	}
	return left
}

func (r *Report) leaves(s plan.State) bool {
	if s == plan.InSync || s == plan.Ahead {
		// Nothing is ever done about them, and they may not be listed.
		return r.Totals.States[s] > 0
	}
	return slices.ContainsFunc(r.Pairs, func(p Pair) bool {
		return slices.ContainsFunc(p.Findings, func(f Finding) bool { return f.State == s && !f.Outcome.Mended() })
	})
}
