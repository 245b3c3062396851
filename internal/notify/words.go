package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// The sentences of this file are made of words and numbers of this program
// alone: the forms may show them as they are.

func title(m Message) string {
	switch m.Event {
	case Drift:
		return program(m.Run.Mode) + ": something is left"
	case Recovery:
		return program(m.Run.Mode) + ": all is well again"
	default:
		return program(m.Run.Mode) + ": the run failed"
	}
}

func program(mode string) string {
	if slices.Contains([]report.Mode{report.ModeSync, report.ModeAudit}, report.Mode(mode)) {
		return "sigsync " + mode
	}
	return "sigsync"
}

// verdict says how the run ended.
func verdict(o Outcome, m Message) string {
	if m.Event == Recovery {
		return fmt.Sprintf("Finished, and no state that fail_on names is left. The run before ended with exit code %d.", m.Before.ExitCode)
	}
	var sentences []string
	switch {
	case o.Report == nil:
		return "The run could not be made."
	case stoppedBy(o.Report, report.ByRunTimeout):
		sentences = append(sentences, "The run ended before its work was done: run_timeout.")
	case limit(o.Report) != "":
		sentences = append(sentences, fmt.Sprintf("A limit of the configuration stopped the run: %s.", limit(o.Report)))
	}
	if n := broken(o.Report); n > 0 {
		sentences = append(sentences, fmt.Sprintf("%d of %s could not be done.", n, plural(len(o.Report.Pairs), "pair")))
	}
	if o.Error != "" {
		sentences = append(sentences, "The run could not do all of its work.")
	}
	if left := inOrder(m.Left); left != "" {
		sentences = append(sentences, fmt.Sprintf("Left in a state that needs attention: %s.", left))
	}
	if len(sentences) == 0 {
		return "The run could not do all of its work."
	}
	return strings.Join(sentences, " ")
}

// next says what to do now.
func next(o Outcome, m Message) string {
	switch {
	case m.Event == Recovery:
		return "Nothing is to be done."
	case o.Report == nil:
		return "The log says more. Until a run is made, nothing is known of any pair."
	case stoppedBy(o.Report, report.ByRunTimeout):
		return "The next run does the rest. Where that happens again, raise run_timeout."
	case broken(o.Report) > 0:
		return "Look at the errors: nothing is known of these pairs until they can be done. The next run tries again."
	case m.Event == Failure:
		return "The log says more. The next run tries again."
	case limit(o.Report) != "":
		return "See in the report what would be copied, and why. Where that is right, raise the limit."
	case o.Report.Run.Mode == report.ModeAudit:
		return "Run sigsync sync, which copies what it may; the report says why for the rest."
	case m.Outcomes[string(report.Failed)] > 0:
		return "Look at the reasons of what failed. The next run tries it again."
	default:
		return "Look at the reasons in the report: what sync leaves alone needs a decision (on_difference, verify, or a signature)."
	}
}

func stoppedBy(r *report.Report, cause report.StopCause) bool {
	return r.Run.Stopped != nil && r.Run.Stopped.By == cause
}

// limit is the key of the limit that stopped the run; "" where none did.
func limit(r *report.Report) report.StopCause {
	for _, cause := range []report.StopCause{report.ByMaxCopies, report.ByMaxFailures, report.ByMaxFailurePercent} {
		if stoppedBy(r, cause) {
			return cause
		}
	}
	return ""
}

func broken(r *report.Report) int {
	n := 0
	for i := range r.Pairs {
		if r.Pairs[i].Error != "" {
			n++
		}
	}
	return n
}

// inOrder lists counts of states, without those that are none.
func inOrder(counts map[string]int) string {
	var parts []string
	for _, s := range plan.States() {
		if n := counts[s.String()]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

// became lists counts of outcomes, without those that are none and those of
// nothing done.
func became(counts map[string]int) string {
	var parts []string
	for _, o := range report.Outcomes() {
		if n := counts[string(o)]; n > 0 && o != report.None {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
