package report

import (
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
)

// Meaning says in a sentence what a state is, for who sees it for the first time.
func Meaning(s plan.State) string {
	switch s {
	case plan.InSync:
		return "The target holds the same as the source."
	case plan.Ahead:
		return "The target holds all of the source's, and more."
	case plan.Missing:
		return "The source has it, the target does not."
	case plan.Partial:
		return "At the target, but not whole, or not where verifiers look for it."
	case plan.Stale:
		return "The target holds a part of the source's."
	case plan.Diverged:
		return "Each side has signatures that the other lacks."
	case plan.Unsigned:
		return "A tagged image that neither side has a signature for."
	case plan.Orphan:
		return "At the target, for an image that is not there."
	case plan.Suspect:
		return "It does not belong to its subject, or no configured key verifies it. It is never copied."
	default:
		return "It could not be determined: not known to be signed, nor to be unsigned."
	}
}

// Open tells whether something is left: it is neither as it should be nor mended.
func (f *Finding) Open() bool {
	return !f.Outcome.Mended() && f.State != plan.InSync && f.State != plan.Ahead
}

// Counts tells whether a finding is left in a state of fail_on.
func (r *Report) Counts(f *Finding) bool {
	return !f.Outcome.Mended() && slices.Contains(r.Run.FailOn, f.State)
}
