package report

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Narrowed says in a sentence which images alone the run looked at; "" where it
// looked at all of its pairs.
func (r *Run) Narrowed() string {
	if len(r.Images) == 0 {
		return ""
	}
	return "Only images that match " + strings.Join(r.Images, ", ") + " were looked at."
}

// looked tells whether a run that does not list a finding of the image has looked
// for it. An apply lists the items of its plan, whatever else there is.
func (r *Run) looked(image string) bool {
	return r.Mode != ModeApply && (len(r.Images) == 0 ||
		slices.ContainsFunc(r.Images, func(glob string) bool { return doublestar.MatchUnvalidated(glob, image) }))
}
