package plan

import (
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Coverage counts subjects by whether a signature at the target covers them. Each
// subject is counted once: in Signed, Missing, Suspect, Unsigned, Unknown or
// Untagged.
type Coverage struct {
	// Subjects counts all of them.
	Subjects int
	// Signed have a whole signature at the target. Of these Stale lack some that
	// the source has, and at Diverged each side has some that the other lacks.
	Signed, Stale, Diverged int
	// Missing have none that is whole at the target, and one at the source.
	Missing int
	// Suspect have one that does not belong to them, and no other at the target.
	Suspect int
	// Unsigned have a tag, and a signature on neither side.
	Unsigned int
	// Unknown have a tag, and nobody knows whether they are signed.
	Unknown int
	// Untagged have neither a tag nor a signature: the children of indexes.
	Untagged int
}

// PrefixCoverage is the Coverage of the images whose paths begin alike.
type PrefixCoverage struct {
	// Prefix is the first segment of the paths; "" for paths of one segment.
	Prefix string
	Coverage
}

// Add adds d to c.
func (c *Coverage) Add(d Coverage) {
	c.Subjects += d.Subjects
	c.Signed += d.Signed
	c.Stale += d.Stale
	c.Diverged += d.Diverged
	c.Missing += d.Missing
	c.Suspect += d.Suspect
	c.Unsigned += d.Unsigned
	c.Unknown += d.Unknown
	c.Untagged += d.Untagged
}

// Prefix is the first segment of an image path; "" where there is only one.
func Prefix(image string) string {
	prefix, _, more := strings.Cut(image, "/")
	if !more {
		return ""
	}
	return prefix
}

// cover counts a subject. Its relations are those of the plan from the one with
// that number on; there says whether a signature at the target looks whole.
func (c *computation) cover(s *subject, from int, there standing) {
	own := c.plan.Relations[from:]
	var digest oci.Digest
	if len(own) > 0 {
		digest = *c.pool.digest(s.digest)
	}
	var found states
	for _, r := range own {
		if r.Subject != digest || r.Family != cosign.Signature {
			continue
		}
		found = found.with(r.State)
		if !r.Referrer && broken(r.State) {
			there.tag = false
		}
	}
	at := c.prefix(s.image)
	at.Subjects++
	state := at.count(there.tag || there.referrer, found, s.tagged)
	for _, r := range own {
		// A partial one counts as missing.
		alike := r.State == state || state == Missing && r.State == Partial
		if r.Subject == digest && r.Family == cosign.Signature && alike {
			r.Decides = true
		}
	}
}

// standing is where a subject has a signature at the target.
type standing struct{ tag, referrer bool }

// broken tells of a state in which what is at the target is no signature to
// count on.
func broken(s State) bool { return s == Missing || s == Partial || s == Suspect || s == Unknown }

// count counts a subject by the states of its signatures, and returns the state
// that it is counted for.
func (c *Coverage) count(signed bool, found states, tagged bool) State {
	switch {
	case signed:
		c.Signed++
		return c.differs(found)
	case found.has(Missing), found.has(Partial):
		c.Missing++
		return Missing
	case found.has(Suspect):
		c.Suspect++
		return Suspect
	case found.has(Unsigned):
		c.Unsigned++
		return Unsigned
	case found.has(Unknown), tagged && !found.has(Orphan):
		c.Unknown++
		return Unknown
	default:
		c.Untagged++
		return InSync
	}
}

// differs counts a subject that is signed at the target.
func (c *Coverage) differs(found states) State {
	switch {
	case found.has(Diverged):
		c.Diverged++
		return Diverged
	case found.has(Stale):
		c.Stale++
		return Stale
	default:
		return InSync
	}
}

// states is a set of them.
type states uint16

func (s states) has(state State) bool    { return s&(1<<state) != 0 }
func (s states) with(state State) states { return s | 1<<state }

// prefix is where the subjects of an image are counted. They come image by
// image, sorted, so that those of a prefix come together.
func (c *computation) prefix(image uint32) *Coverage {
	prefix := Prefix(c.target.images[image])
	if prefix == "" {
		return &c.flat
	}
	if n := len(c.plan.Prefixes); n == 0 || c.plan.Prefixes[n-1].Prefix != prefix {
		c.plan.Prefixes = append(c.plan.Prefixes, PrefixCoverage{Prefix: prefix})
	}
	return &c.plan.Prefixes[len(c.plan.Prefixes)-1].Coverage
}

// flatten puts the images without a prefix before the others.
func (c *computation) flatten() {
	if c.flat.Subjects > 0 {
		c.plan.Prefixes = append([]PrefixCoverage{{Coverage: c.flat}}, c.plan.Prefixes...)
	}
}

// stands tells where the subject has a signature at the target.
func (c *computation) stands(s *subject) (there standing) {
	if a, _ := s.atTarget.pick(s.image, cosign.Signature); !a.none() {
		there.tag = a.usable() && a.complete()
	}
	for i := range s.referrers {
		r := &s.referrers[i]
		there.referrer = there.referrer || r.Family == cosign.Signature && r.Whole() && r.Suspect == ""
	}
	return there
}
