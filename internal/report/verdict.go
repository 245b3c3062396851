package report

import (
	"fmt"
	"strings"
)

// Verdict says in a sentence how the run ended: its exit code, and what that
// means.
func (r *Report) Verdict() string {
	switch {
	case r.Run.Mode == ModeApply && (r.Run.ExitCode == ExitOK || r.Run.ExitCode == ExitLeft):
		return fmt.Sprintf("Exit %d: %s", r.Run.ExitCode, r.applied())
	case r.Run.ExitCode == ExitOK:
		return "Exit 0: " + r.atPeace()
	case r.Run.ExitCode == ExitLeft:
		return "Exit 3: " + r.whatIsLeft()
	case r.Run.ExitCode == ExitInterrupted:
		return "Exit 130: the run was interrupted; what it did not come to is held and the next run does it."
	case r.Run.ExitCode == ExitFailed && r.stoppedBy(ByRunTimeout):
		return "Exit 1: the run ended before its work was done; the next run does the rest."
	default:
		return fmt.Sprintf("Exit %d: the run could not do all of its work; nothing is known of the pairs with an error.", r.Run.ExitCode)
	}
}

// applied says what became of the items of a saved plan.
func (r *Report) applied() string {
	undone, all := r.Undone(), 0
	for _, p := range r.Pairs {
		all += len(p.Findings)
	}
	switch {
	case undone > 0:
		return fmt.Sprintf("%d of the %s of the plan were not carried out; make a new plan for what is still to be done.",
			undone, plural(all, "item"))
	case r.pastLimits():
		return r.whatIsLeft()
	default:
		return "every item of the plan is carried out, or was done already."
	}
}

// whatIsLeft says what exit code 3 means.
func (r *Report) whatIsLeft() string {
	var names []string
	for _, s := range r.Left() {
		names = append(names, s.String())
	}
	if len(names) == 0 {
		return "limits of the configuration stopped the run."
	}
	return fmt.Sprintf("left in a state that needs attention: %s.", strings.Join(names, ", "))
}

// atPeace says what exit code 0 means, and no more than that.
func (r *Report) atPeace() string {
	if len(r.Run.FailOn) == 0 {
		return "finished; fail_on names no state, so what is left does not count."
	}
	if r.Run.Shard != nil {
		return "finished, and no state that fail_on names is left in what is this shard's."
	}
	return "finished, and no state that fail_on names is left."
}
