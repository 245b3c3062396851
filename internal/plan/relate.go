package plan

import (
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
)

// verdict is what the comparison of one attachment gave.
type verdict struct {
	state  State
	reason string
	// files are what is to be copied to mend it.
	files []File
	// union and unionConfig are the manifest and the config that would mend it, where neither side has it.
	union, unionConfig []byte
	mend               Mend
	verifiedBy         []string
}

// relate compares one attachment of one subject. It returns nil where nothing
// is to be said that anybody asked for, and the digest that the attachment's
// manifest has at the target now or once the action is done, by its number.
func (c *computation) relate(s *subject, family cosign.Family) (*Relation, uint32) {
	target, at := s.atTarget.pick(s.image, family)
	if !target.none() {
		c.visited[at] = true
	}
	source, dispute := c.offer(s, family)
	switch {
	case dispute != nil:
		return c.settle(s, family, c.disputed(dispute, target), attachment{}, target)
	case source.none() && target.none():
		return c.unsigned(s, family), 0
	case target.none():
		return c.settle(s, family, c.missing(source), source, attachment{})
	case source.none():
		return c.settle(s, family, c.alone(target), attachment{}, target)
	default:
		return c.settle(s, family, c.compare(source, target), source, target)
	}
}

// settle turns a verdict into a relation with its action.
func (c *computation) settle(s *subject, family cosign.Family, v verdict, source, target attachment) (*Relation, uint32) {
	var manifest uint32
	if !target.none() {
		manifest = target.manifest
	}
	if c.quiet(v.state) {
		c.counts[v.state]++
		return nil, manifest
	}
	r := c.relation(s, family)
	r.State, r.Reason, r.Digest, r.VerifiedBy = v.state, v.reason, *c.pool.digest(manifest), v.verifiedBy
	if !source.none() && source.manifest != 0 {
		r.Digest = source.digest()
	}
	if len(v.files) == 0 {
		return r, manifest
	}
	r.Action = &Action{
		Mend: v.mend, Tag: r.Tag(), Files: v.files, Source: source.digest(), Union: v.union, UnionConfig: v.unionConfig,
		SourceImage: c.source.images[source.image], TargetImage: r.Image,
	}
	if v.mend == Copy && !target.none() {
		r.Action.Mend = Repair
	}
	if r.Action.Overwrites() {
		r.Action.Replaces = *c.pool.digest(manifest)
	}
	if brought := v.files[len(v.files)-1]; brought.Manifest {
		manifest = c.pool.id(&brought.Digest)
	}
	r.Action.Manifest = *c.pool.digest(manifest)
	return r, manifest
}

func (c *computation) relation(s *subject, family cosign.Family) *Relation {
	if s.tagged && s.tags == nil {
		s.tags = c.target.tags(s.manifests)
	}
	return &Relation{Image: c.target.images[s.image], Tags: s.tags, Subject: *c.pool.digest(s.digest), Family: family}
}

// unsigned reports a tagged image for which neither side has a signature.
func (c *computation) unsigned(s *subject, family cosign.Family) *Relation {
	if family != cosign.Signature || !s.tagged || c.signed(s) {
		return nil
	}
	if c.unread(s) && !c.stray(s) {
		c.plan.Unread++
		return nil
	}
	r := c.relation(s, family)
	if c.stray(s) {
		r.State = Orphan
		r.Reason = "this tag is a signature's manifest, not an image: left by a folder copy to a path that was not there yet"
		r.Digest = r.Subject
		return r
	}
	r.State, r.Reason = Unsigned, c.whyUnsigned(s)
	if why := c.openIn(r.Image); why != "" {
		r.State, r.Reason = Unknown, why
	}
	return r
}

// whyUnsigned does not claim more than was looked at.
func (c *computation) whyUnsigned(s *subject) string {
	if why := c.elsewhere(s); why != "" {
		return why
	}
	neither := "neither side has a .sig tag for this digest"
	if c.options.Narrowed {
		neither += " under this image path (not all others were listed)"
	}
	switch {
	case c.options.Referrers == nil:
		return neither + "; referrers were not looked for"
	case c.options.Search == SearchAuto && !c.options.Thorough && c.childless(s):
		return neither + ", nor an artifact that signs it; " +
			"other manifests without a tag are taken for children of this image's indexes (referrers: always reads them)"
	default:
		return neither + ", nor a referrer that signs it"
	}
}

// elsewhere says what the source has of the subject's signatures that is of no use
// to it; "" where it shows nothing.
func (c *computation) elsewhere(s *subject) string {
	holder, found := c.source.strangers.signs(*c.pool.digest(s.digest))
	for a := range s.atSource.all {
		image := c.source.images[a.image]
		if a.family != cosign.Signature || nestedFolder(image) || found && holder < image {
			continue
		}
		switch {
		case a.usable():
			holder, found = image, true
		case image == c.target.images[s.image]:
			return "the source's .sig folder has blobs and no manifest, which is no signature"
		}
	}
	if !found || c.options.Filling {
		return ""
	}
	return fmt.Sprintf("the source has no .sig tag under this image path, but under %s: match: digest would find it", holder)
}

// childless tells whether the image has manifests without a tag that are taken
// for children of its indexes, on either side.
func (c *computation) childless(s *subject) bool {
	untagged := func(ms []manifest) bool {
		return slices.ContainsFunc(ms, func(m manifest) bool { return m.tag == 0 && !m.artifact })
	}
	if untagged(c.target.inImage(s.image)) {
		return true
	}
	id, ok := c.sourceImage(s.image)
	return ok && untagged(c.source.inImage(id))
}

// stray tells whether the subject is an attachment's manifest.
func (c *computation) stray(s *subject) bool {
	if c.options.Strays == nil {
		c.options.Strays = Strays([]*Inventory{c.target}, []*Inventory{c.source, c.target})
	}
	return c.options.Strays[c.place(s)]
}
