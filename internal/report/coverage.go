package report

import (
	"fmt"

	"github.com/sigsync/sigsync/internal/plan"
)

// Coverage counts subjects by whether a signature at the target covers them, when
// the run has ended. Each subject is counted once: in Signed, Missing, Suspect,
// Unsigned, Unknown or Untagged.
type Coverage struct {
	// Subjects counts all of them.
	Subjects int `json:"subjects"`
	// Signed have a whole signature at the target. Of these Stale lack some that
	// the source has, and at Diverged each side has some that the other lacks.
	Signed   int `json:"signed"`
	Stale    int `json:"stale"`
	Diverged int `json:"diverged"`
	// Missing have none that is whole at the target, and one at the source.
	Missing int `json:"missing"`
	// Suspect have one that does not belong to them, and no other at the target.
	Suspect int `json:"suspect"`
	// Unsigned have a tag, and a signature on neither side.
	Unsigned int `json:"unsigned"`
	// Unknown have a tag, and nobody knows whether they are signed.
	Unknown int `json:"unknown"`
	// Untagged have neither a tag nor a signature: the children of indexes.
	Untagged int `json:"untagged"`
}

// PrefixCoverage is the Coverage of the images whose paths begin alike.
type PrefixCoverage struct {
	// Prefix is the first segment of the paths; "" for paths of one segment.
	Prefix string `json:"prefix"`
	Coverage
}

// Add adds d to c.
func (c *Coverage) Add(d Coverage) {
	sum := plan.Coverage(*c)
	sum.Add(plan.Coverage(d))
	*c = Coverage(sum)
}

// Mend counts a subject anew whose signature was mended: it was counted for that
// state.
func (c *Coverage) Mend(s plan.State) {
	switch s {
	case plan.Missing, plan.Partial:
		c.Missing--
		c.Signed++
	case plan.Stale:
		c.Stale--
	case plan.Diverged:
		c.Diverged--
	default:
	}
}

// Covered is how far signatures cover the pair; nil where that is not known, as the
// pair could not be done, another shard does it, or the report is of a version that
// did not count it.
func (r *Report) Covered(p *Pair) *Coverage {
	if p.Error != "" || r.Elsewhere(p) != "" || p.Totals.Coverage.Subjects == 0 && p.Totals.Subjects > 0 {
		return nil
	}
	return &p.Totals.Coverage
}

// Expected counts the subjects that one would look for a signature of.
func (c *Coverage) Expected() int { return c.Subjects - c.Untagged }

// Percent is the part of the Expected that is signed, rounded down: 100 is all.
func (c *Coverage) Percent() int {
	if c.Expected() == 0 {
		return 0
	}
	return 100 * c.Signed / c.Expected()
}

// coverageText says how far signatures cover what was compared.
func coverageText(c Coverage) string {
	return fmt.Sprintf("signed at the target %d of %d (%d %%), unsigned everywhere %d", c.Signed, c.Expected(), c.Percent(), c.Unsigned)
}
