package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Referrers is what was found out about the referrers of a target's subjects.
type Referrers struct {
	// BySubject has them by the subject and its image at the target, sorted by digest.
	BySubject map[Place][]Referrer
	// Open lists what could not be found out.
	Open []Open
	// Read has the target's manifests of which it is known whose referrers they
	// are, if anybody's.
	Read map[Place]bool
	// Asked has the subjects whose referrers the target and the source were asked for.
	Asked map[Place]bool
}

// Place is a manifest in an image of the target.
type Place struct {
	Image  string
	Digest oci.Digest
}

// Referrer is a manifest that names a subject, on one side or on both.
type Referrer struct {
	Digest oci.Digest
	Family cosign.Family
	// Bundle tells a Sigstore bundle, which cosign 3 reads before any .sig tag.
	Bundle       bool
	ArtifactType string
	// SourceImage is the image path at the source; "" where the source has no such referrer.
	SourceImage string
	// AtTarget tells that the manifest is at the target. Listed tells that the
	// target's own discovery lists it, as far as it was asked.
	AtTarget, Listed bool
	// Lacks are blobs that the target has not, as far as it was asked.
	Lacks []oci.Digest
	// Blobs are those of its manifest.
	Blobs []oci.Digest
	// Suspect, VerifiedBy, Note and Problem are as in Inspection.
	Suspect, Note, Problem string
	VerifiedBy             []string
}

// Whole tells whether verifiers find the referrer at the target.
func (r Referrer) Whole() bool { return r.AtTarget && r.Listed && len(r.Lacks) == 0 }

// Open is something about referrers that could not be found out.
type Open struct {
	// Image is the image path at the target.
	Image string
	// Subject is zero where it is not known whose referrer it may be.
	Subject oci.Digest
	Reason  string
}

// place is the subject by its names.
func (c *computation) place(s *subject) Place {
	return Place{c.target.images[s.image], *c.pool.digest(s.digest)}
}

// referrersOf returns those of a subject.
func (c *computation) referrersOf(s *subject) []Referrer {
	if c.options.Referrers == nil || len(c.options.Referrers.BySubject) == 0 {
		return nil
	}
	return c.options.Referrers.BySubject[c.place(s)]
}

// signed tells whether a referrer signs the subject, or may do so.
func (c *computation) signed(s *subject) bool {
	return slices.ContainsFunc(s.referrers, func(r Referrer) bool { return r.Family == cosign.Signature }) || c.asked(s) != ""
}

// noteReferring notes which of the target's manifests are known to be referrers.
func (c *computation) noteReferring() {
	if c.options.Referrers == nil {
		return
	}
	c.referring = map[place]bool{}
	for at, referrers := range c.options.Referrers.BySubject {
		if id, ok := c.target.id(at.Image); ok {
			for _, r := range referrers {
				c.referring[place{c.pool.id(&r.Digest), id}] = true
			}
		}
	}
}

// unread tells whether a manifest that nobody read may sign the subject.
func (c *computation) unread(s *subject) bool {
	known := c.options.Referrers
	if known == nil {
		return false // nobody asked, and the reason of what is said then says so
	}
	if known.Asked[c.place(s)] {
		return false
	}
	// Subjects come image by image, so the last answer is kept.
	if !c.doubtAsked || c.doubtImage != s.image {
		c.doubtAsked, c.doubtImage = true, s.image
		c.doubt = slices.ContainsFunc(doubtful(c.target, s.image, c.options.Thorough), func(d oci.Digest) bool {
			return !known.Read[Place{c.target.images[s.image], d}]
		})
	}
	return c.doubt
}

// noteOpen notes what is not known, by the image and the subject; a zero subject
// is anything in the image.
func (c *computation) noteOpen() {
	if c.options.Referrers == nil {
		return
	}
	c.openAt = map[Place]string{}
	for _, o := range c.options.Referrers.Open {
		at := Place{o.Image, o.Subject}
		c.openAt[at] = cmp.Or(c.openAt[at], o.Reason)
	}
}

// asked says why the referrers of a subject are not known; "" where they are.
func (c *computation) asked(s *subject) string {
	if len(c.openAt) == 0 {
		return ""
	}
	return c.openAt[c.place(s)]
}

// openIn says why the referrers of an image are not all known; "" where they are.
func (c *computation) openIn(image string) string { return c.openAt[Place{Image: image}] }

// open reports that the referrers of a subject are not known, and returns why
// what is not a signature must wait: a signature may be among them.
func (c *computation) open(s *subject, g *Group) string {
	if c.options.Referrers == nil || len(c.options.Referrers.Open) == 0 {
		return ""
	}
	if why := c.asked(s); why != "" {
		r := c.relation(s, cosign.Signature)
		r.Referrer, r.State, r.Reason = true, Unknown, why
		return c.enter(r, "", "", g)
	}
	if c.openIn(c.target.images[s.image]) != "" {
		return "waits: a manifest of this image that may be a signature could not be read"
	}
	return ""
}

// unreadReferrers reports the manifests that may be referrers of anything in their image.
func (c *computation) unreadReferrers() {
	if c.options.Referrers == nil {
		return
	}
	for _, o := range c.options.Referrers.Open {
		if o.Subject.IsZero() {
			c.enter(&Relation{Image: o.Image, Referrer: true, State: Unknown, Reason: o.Reason}, "", "", nil)
		}
	}
}

// referrers compares those of one family, and returns them as subjects, and why
// those that follow must wait.
func (c *computation) referrers(s *subject, family cosign.Family, blocked string, g *Group) ([]subject, string) {
	var attached []subject
	waits := s.blocks(family, blocked)
	for _, found := range s.referrers {
		if found.Family != family {
			continue
		}
		var r *Relation
		if c.selects(family) {
			r = c.referrer(s, found)
		}
		if r != nil {
			if found.Bundle && family == cosign.Attestation && c.lonely(s) {
				waits = cmp.Or(waits, reasonLonely)
			}
			next := c.enter(r, waits, blocked, g)
			if family == cosign.Signature {
				blocked = next
			}
		}
		if r == nil && !found.AtTarget {
			continue // nobody asked for it, so it will not be at the target
		}
		attached = append(attached, s.attached(c.pool.id(&found.Digest), r))
	}
	return attached, blocked
}

const reasonLonely = "held: with a bundle beside it, cosign 2.6.3 and later no longer read this image's .sig, " +
	"and no bundle signs it; attestation_only: copy brings it all the same"

// lonely tells whether the subject has a .sig tag and none of its bundles is a signature.
func (c *computation) lonely(s *subject) bool {
	if c.options.Lonely || slices.ContainsFunc(s.referrers, c.signsThere) {
		return false
	}
	if target, _ := s.atTarget.pick(s.image, cosign.Signature); !target.none() && target.usable() {
		return true
	}
	source, dispute := c.offer(s, cosign.Signature)
	return !source.none() || dispute != nil
}

// signsThere tells whether a bundle is a signature that verifiers find at the
// target, or will once the plan is carried out.
func (c *computation) signsThere(r Referrer) bool {
	comes := c.selects(cosign.Signature) && r.SourceImage != "" && r.Suspect == "" && r.Problem == ""
	return r.Bundle && r.Family == cosign.Signature && (r.Whole() || comes)
}

// referrer turns what was found into a relation with its action, or nil where
// nothing is to be said that anybody asked for.
func (c *computation) referrer(s *subject, found Referrer) *Relation {
	v := c.judge(found)
	if c.quiet(v.state) {
		c.counts[v.state]++
		return nil
	}
	r := c.relation(s, found.Family)
	r.Referrer, r.Digest, r.ArtifactType = true, found.Digest, found.ArtifactType
	r.State, r.Reason, r.VerifiedBy = v.state, v.reason, found.VerifiedBy
	if len(v.files) > 0 {
		r.Action = &Action{
			Mend: v.mend, Tag: r.Tag(), Referrer: true, Manifest: found.Digest, Source: found.Digest, Files: v.files,
			SourceImage: found.SourceImage, TargetImage: r.Image,
		}
	}
	return r
}

func (c *computation) judge(r Referrer) verdict {
	broken := r.broken()
	switch {
	case r.Problem != "":
		return verdict{state: Unknown, reason: r.Problem}
	case r.Whole() && r.SourceImage == "":
		return verdict{state: Ahead, reason: "only the target has it"}
	case r.Whole():
		return verdict{state: InSync}
	case r.Suspect != "":
		return verdict{state: Suspect, reason: r.Suspect}
	case broken != "" && r.SourceImage == "":
		return verdict{state: Partial, reason: broken + ", and the source does not have it"}
	case broken != "":
		return verdict{state: Partial, reason: broken, files: files(r.Blobs, r.Digest), mend: Repair}
	default:
		return verdict{state: Missing, reason: r.Note, files: files(r.Blobs, r.Digest)}
	}
}

// broken says what is wrong with what the target has of the referrer; "" where
// it has nothing.
func (r Referrer) broken() string {
	switch {
	case len(r.Lacks) > 0:
		return fmt.Sprintf("blob %s is not at the target", r.Lacks[0].Short())
	case r.AtTarget:
		return "the target's discovery does not list it"
	case r.Listed:
		return "the target's discovery lists it, and its manifest is not there"
	default:
		return ""
	}
}
