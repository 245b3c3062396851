package plan

import (
	"cmp"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
)

// Compute compares what source and target hold and returns what is to be done.
// contents may be nil at first; see Plan.Undecided.
func Compute(source, target *Inventory, o Options, contents Contents) *Plan {
	c := computation{
		source: source.sharing(target.pool), target: target, pool: target.pool, options: o, contents: contents,
		plan:      &Plan{Counts: map[State]int{}},
		visited:   make([]bool, len(target.folders)),
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
	for state, n := range c.counts {
		if n > 0 {
			c.plan.Counts[State(state)] = n
		}
	}
	return c.plan
}

// computation is the state of one Compute.
type computation struct {
	source, target *Inventory
	pool           *Pool // of both
	options        Options
	contents       Contents
	plan           *Plan
	counts         [len(stateNames)]int // see Plan.Counts
	selected       []bool               // by target image
	visited        []bool               // by target folder
	undecided      map[wish]bool
	nested         map[place]bool   // attachments that were compared as subjects
	referring      map[place]bool   // the target's manifests that are known to be referrers
	openAt         map[Place]string // see noteOpen

	doubtAsked, doubt bool // see unread
	doubtImage        uint32

	imageAsked, imageThere   bool // see sourceImage
	imageTarget, imageSource uint32

	flat Coverage // of the images without a prefix

	// group and candidates are room that is used again.
	group      Group
	candidates []attachment
}

// place is a manifest in an image.
type place struct {
	digest uint32
	image  uint32
}

// subject is a manifest at the target for which attachments are looked up.
type subject struct {
	image  uint32
	digest uint32
	depth  int
	// manifests are its records; none for an attachment. Its tags are looked up
	// when somebody asks.
	manifests []manifest
	tagged    bool
	tags      []string
	// waits says why nothing may be attached to it yet; "" where something may.
	waits string
	// atTarget and atSource are what is attached to it in any image.
	atTarget, atSource attached
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
	s := subject{image: ms[0].image, digest: ms[0].digest, manifests: ms}
	index := false
	for _, m := range ms {
		index = index || m.index
		s.tagged = s.tagged || m.tag != 0
	}
	g := &c.group
	*g = Group{}
	before := len(c.plan.Relations)
	there := c.subject(&s, g)
	if !c.artifact(s.image, ms) {
		c.plan.Subjects++
		c.cover(&s, before, there)
	}
	if len(g.Actions) > 0 {
		g.Stage, g.Image, g.Subject = stage(index, s.tagged), c.target.images[s.image], *c.pool.digest(s.digest)
		c.plan.Groups = append(c.plan.Groups, *g)
	}
}

// artifact tells whether a manifest is known for something that is attached to
// another one: it is compared as a subject, but nobody would call it an image.
func (c *computation) artifact(image uint32, ms []manifest) bool {
	if ms[0].tag != 0 || ms[len(ms)-1].tag != 0 {
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
func (c *computation) subject(s *subject, g *Group) standing {
	c.lookUp(s)
	if !s.attachments() && !s.tagged && c.asked(s) == "" {
		return standing{}
	}
	var usual [3]subject // what most have costs no allocation
	attached := usual[:0]
	blocked := c.open(s, g)
	for _, family := range cosign.Families() {
		if family != cosign.Other { // which has no tags
			var a subject
			if a, blocked = c.tag(s, family, blocked, g); a.digest != 0 {
				attached = append(attached, a)
			}
		}
		if len(s.referrers) > 0 {
			var more []subject
			more, blocked = c.referrers(s, family, blocked, g)
			attached = append(attached, more...)
		}
	}
	for i := range attached {
		c.attachment(&attached[i], g)
	}
	return c.stands(s)
}

// lookUp finds what is attached to a subject.
func (c *computation) lookUp(s *subject) {
	s.atTarget, s.atSource, s.referrers = c.target.of(s.digest), c.source.of(s.digest), c.referrersOf(s)
}

// attachments tells whether there is anything.
func (s *subject) attachments() bool {
	return len(s.atTarget.folders) > 0 || len(s.atSource.folders) > 0 || len(s.referrers) > 0
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
func (s *subject) attached(manifest uint32, r *Relation) subject {
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
	c.counts[r.State]++
	c.plan.Relations = append(c.plan.Relations, r)
	if r.Action != nil {
		g.Actions = append(g.Actions, r.Action)
	}
	return blocked
}

// attachment compares what is attached to an attachment: an SBOM may be signed.
// Several subjects may share one attachment, and a manifest may be both an
// attachment and a root; either is compared once.
func (c *computation) attachment(s *subject, g *Group) {
	at := place{s.digest, s.image}
	c.lookUp(s)
	nothing := !s.attachments() && c.asked(s) == ""
	if s.digest == 0 || nothing || c.nested[at] || c.target.hasManifest(s.image, s.digest) {
		return
	}
	c.nested[at] = true
	if err := intake.Check("a chain of attachments", s.depth, intake.Chain, "of them on one another"); err != nil {
		c.tooDeep(s, err, g)
		return
	}
	c.subject(s, g)
}

// tooDeep says that what hangs at the end of a long chain is not compared.
func (c *computation) tooDeep(s *subject, why error, g *Group) {
	if !s.attachments() {
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
func present(s *subject, family cosign.Family) uint32 {
	a, _ := s.atTarget.pick(s.image, family)
	if a.none() {
		return 0
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
