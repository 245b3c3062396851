package inspect

import (
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// exitCode says how the look ended: report.ExitFailed where something could not
// be looked at, or there is no such image; report.ExitLeft where a state of FailOn
// is left.
func (r *Result) exitCode() int {
	switch {
	case !r.Found, r.open():
		return report.ExitFailed
	case len(r.left()) > 0:
		return report.ExitLeft
	default:
		return report.ExitOK
	}
}

// open tells whether something could not be found out.
func (r *Result) open() bool {
	return slices.ContainsFunc(r.Repositories, repositoryOpen) || slices.ContainsFunc(r.Pairs, func(p Pair) bool {
		return p.Error != "" || slices.ContainsFunc(p.Relations, func(x Relation) bool { return x.State == plan.Unknown.String() })
	})
}

func repositoryOpen(r Repository) bool {
	return r.Error != "" || len(r.Unreadable) > 0 || slices.ContainsFunc(r.Manifests, manifestOpen)
}

func manifestOpen(m Manifest) bool {
	return m.Problem != "" || slices.ContainsFunc(m.Children, manifestOpen) || slices.ContainsFunc(m.Attachments, attachmentOpen)
}

func attachmentOpen(a Attachment) bool {
	return a.Problem != "" || slices.ContainsFunc(a.Attachments, attachmentOpen)
}

// left are the states of FailOn that are left.
func (r *Result) left() []plan.State {
	return slices.DeleteFunc(slices.Clone(r.FailOn), func(s plan.State) bool {
		return !slices.ContainsFunc(r.Pairs, func(p Pair) bool {
			return slices.ContainsFunc(p.Relations, func(x Relation) bool { return x.State == s.String() })
		})
	})
}
