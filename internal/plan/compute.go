package plan

import (
	"cmp"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Compute compares what source and target hold and returns what is to be done.
// contents may be nil at first; see Plan.Undecided.
func Compute(source, target *Inventory, o Options, contents Contents) *Plan {
	c := computation{
		source: source, target: target, options: o, contents: contents,
		plan:      &Plan{Counts: map[State]int{}},
		visited:   make([]bool, len(target.attachments)),
		undecided: map[wish]bool{},
		nested:    map[place]bool{},
		selected:  selected(target.images, o.Select),
	}
	c.noteReferring()
	c.noteOpen()
	for rest := target.manifests; len(rest) > 0; {
		n := sameSubject(rest)
		if c.selected[rest[0].image] {
			c.root(rest[:n])
		}
		rest = rest[n:]
	}
	c.orphans()
	c.unreadable()
	c.unreadReferrers()
	c.flatten()
	c.sort()
	return c.plan
}

// computation is the state of one Compute.
type computation struct {
	source, target *Inventory
	options        Options
	contents       Contents
	plan           *Plan
	selected       []bool // by target image
	visited        []bool // by target attachment
	undecided      map[wish]bool
	nested         map[place]bool   // attachments that were compared as subjects
	referring      map[place]bool   // the target's manifests that are known to be referrers
	openAt         map[Place]string // see noteOpen

	doubtAsked, doubt bool // see unread
	doubtImage        uint32

	imageAsked, imageThere   bool // see sourceImage
	imageTarget, imageSource uint32

	flat Coverage // of the images without a prefix
}

// place is a manifest in an image.
type place struct {
	digest oci.Digest
	image  uint32
}

// subject is a manifest at the target for which attachments are looked up.
type subject struct {
	image  uint32
	digest oci.Digest
	tags   []string
	depth  int
	// waits says why nothing may be attached to it yet; "" where something may.
	waits string
	// atTarget and atSource are what is attached to it in any image; first is
	// where atTarget begins.
	atTarget, atSource []attachment
	first              int
	referrers          []Referrer
}

func selected(images []string, choose func(string) bool) []bool {
	s := make([]bool, len(images))
	for i, image := range images {
		s[i] = choose == nil || choose(outermostImage(image))
	}
	return s
}

// sameSubject returns how many of the leading manifests are one subject: the
// same digest in the same image, under different tags.
func sameSubject(ms []manifest) int {
	n := 1
	for n < len(ms) && ms[n].image == ms[0].image && ms[n].digest == ms[0].digest {
		n++
	}
	return n
}

// root compares one image manifest or index with all that hangs on it.
func (c *computation) root(ms []manifest) {
	s := subject{image: ms[0].image, digest: ms[0].digest}
	index := false
	for _, m := range ms {
		index = index || m.index
		if m.tag != "" {
			s.tags = append(s.tags, m.tag)
		}
	}
	g := Group{Stage: stage(index, len(s.tags) > 0), Image: c.target.images[s.image], Subject: s.digest}
	before := len(c.plan.Relations)
	there := c.subject(s, &g)
	if !c.artifact(s.image, ms) {
		c.plan.Subjects++
		c.cover(&s, before, there)
	}
	if len(g.Actions) > 0 {
		c.plan.Groups = append(c.plan.Groups, g)
	}
}

// artifact tells whether a manifest is known for something that is attached to
// another one: it is compared as a subject, but nobody would call it an image.
func (c *computation) artifact(image uint32, ms []manifest) bool {
	if ms[0].tag != "" || ms[len(ms)-1].tag != "" {
		return false
	}
	return ms[0].artifact || c.referring[place{ms[0].digest, image}]
}

// stage orders children before their index: plain manifests, then indexes that
// only another index names, then the rest.
func stage(index, tagged bool) int {
	switch {
	case !index:
		return 0
	case !tagged:
		return 1
	default:
		return 2
	}
}

// subject compares all attachments of one subject, then those of the
// attachments themselves. It tells where the target has a signature of it.
func (c *computation) subject(s subject, g *Group) standing {
	s.atTarget, s.first = c.target.of(s.digest)
	s.atSource, _ = c.source.of(s.digest)
	s.referrers = c.referrersOf(&s)
	nothing := len(s.atTarget) == 0 && len(s.atSource) == 0 && len(s.tags) == 0 && len(s.referrers) == 0
	if nothing && c.asked(&s) == "" {
		return standing{}
	}
	var usual [3]subject // what most have costs no allocation
	attached := usual[:0]
	blocked := c.open(&s, g)
	for _, family := range cosign.Families() {
		if family != cosign.Other { // which has no tags
			var a subject
			if a, blocked = c.tag(&s, family, blocked, g); !a.digest.IsZero() {
				attached = append(attached, a)
			}
		}
		if len(s.referrers) > 0 {
			var more []subject
			more, blocked = c.referrers(&s, family, blocked, g)
			attached = append(attached, more...)
		}
	}
	for _, a := range attached {
		c.attachment(a, g)
	}
	return c.stands(&s)
}

// tag compares the attachment of s that has the tag of the family, and returns
// it as a subject, and why those that follow must wait.
func (c *computation) tag(s *subject, family cosign.Family, blocked string, g *Group) (subject, string) {
	if !c.selects(family) {
		return s.attached(present(s, family), nil), blocked
	}
	r, manifest := c.relate(s, family)
	if r != nil {
		blocked = c.enter(r, s.blocks(family, blocked), blocked, g)
	}
	return s.attached(manifest, r), blocked
}

// blocks says why an attachment of that family must wait: signatures do not wait for each other.
func (s *subject) blocks(family cosign.Family, blocked string) string {
	if family == cosign.Signature {
		return s.waits
	}
	return cmp.Or(s.waits, blocked)
}

// attached is an attachment of s as a subject; r is its relation, if there is
// one. What is attached to what waits, waits too.
func (s *subject) attached(manifest oci.Digest, r *Relation) subject {
	a := subject{image: s.image, digest: manifest, depth: s.depth + 1, waits: s.waits}
	if r != nil && r.Held != "" {
		a.waits = "waits for the attachment that it belongs to"
	}
	return a
}

// enter puts a relation and its action into the plan. waits says why its action
// must wait, and blocked why those that follow must, as far as is known; what is
// returned is the same with this one: the signatures decide that for the others.
func (c *computation) enter(r *Relation, waits, blocked string, g *Group) string {
	if r.Action != nil && waits != "" {
		r.Action, r.Held = nil, waits
	}
	if r.Family == cosign.Signature && blocked == "" {
		blocked = blocking(r)
	}
	c.plan.Counts[r.State]++
	c.plan.Relations = append(c.plan.Relations, r)
	if r.Action != nil {
		g.Actions = append(g.Actions, r.Action)
	}
	return blocked
}

// attachment compares what is attached to an attachment: an SBOM may be signed.
// Several subjects may share one attachment, and a manifest may be both an
// attachment and a root; either is compared once.
func (c *computation) attachment(s subject, g *Group) {
	at := place{s.digest, s.image}
	if s.digest.IsZero() || c.nested[at] || c.target.hasManifest(s.image, s.digest) {
		return
	}
	c.nested[at] = true
	if err := intake.Check("a chain of attachments", s.depth, intake.Chain, "of them on one another"); err != nil {
		c.tooDeep(&s, err, g)
		return
	}
	c.subject(s, g)
}

// tooDeep says that what hangs at the end of a long chain is not compared.
func (c *computation) tooDeep(s *subject, why error, g *Group) {
	atTarget, _ := c.target.of(s.digest)
	atSource, _ := c.source.of(s.digest)
	if len(atTarget) == 0 && len(atSource) == 0 && len(c.referrersOf(s)) == 0 {
		return
	}
	r := c.relation(s, cosign.Signature)
	r.State, r.Reason = Unknown, why.Error()
	c.enter(r, "", "", g)
}

// blocking says why the subject's other attachments must wait, if its
// signature will not be there.
func blocking(r *Relation) string {
	if !r.Lacking() {
		return ""
	}
	return "waits for the signature of this subject, which is " + r.State.String()
}

// present returns the manifest of an attachment that is at the target and that
// nobody asked to compare: what is attached to it in turn may be asked for.
func present(s *subject, family cosign.Family) oci.Digest {
	a := pick(s.atTarget, s.image, family)
	if a == nil {
		return oci.Digest{}
	}
	return a.manifest
}

func (c *computation) selects(f cosign.Family) bool { return slices.Contains(c.options.Families, f) }

// quiet tells whether nobody asked to see relations of that state.
func (c *computation) quiet(s State) bool { return !c.options.All && (s == InSync || s == Ahead) }

func (c *computation) sort() {
	slices.SortStableFunc(c.plan.Relations, (*Relation).Compare)
	slices.SortStableFunc(c.plan.Groups, func(a, b Group) int { return cmp.Compare(a.Stage, b.Stage) })
	slices.SortFunc(c.plan.Undecided, func(a, b ManifestRef) int {
		return cmp.Or(cmp.Compare(a.Side, b.Side), cmp.Compare(a.Image, b.Image),
			a.Tag.Subject.Compare(b.Tag.Subject), cmp.Compare(a.Tag.Family, b.Tag.Family), compareBool(a.Inspect, b.Inspect))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
