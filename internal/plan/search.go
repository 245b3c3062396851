package plan

import (
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Inquiry is one image of the target whose referrers must be looked for. An
// image where the listings leave no doubt has none, and costs no request.
type Inquiry struct {
	// Image is the image path at the target; Sources are those at the source
	// that may hold referrers for it.
	Image   string
	Sources []string
	// Candidates are manifests at the source that may be referrers and that the
	// target does not have.
	Candidates []Candidate
	// Subjects are the target's manifests of the image and the attachments of
	// both sides, sorted.
	Subjects []oci.Digest
	// Unlisted are artifacts that both sides have, where the listings leave open
	// whether a referrers index of the target lists them. A target that has the
	// Referrers API lists what it takes.
	Unlisted []oci.Digest
	// Unsigned are its tagged manifests without a .sig tag on either side.
	// Doubtful are the target's manifests that may sign them.
	Unsigned, Doubtful []oci.Digest
	// Exhaustive asks for every subject, whatever that costs.
	Exhaustive bool
}

// Candidate is a manifest at the source that may be a referrer.
type Candidate struct {
	Digest oci.Digest
	Image  string
	// Artifact tells that it is no image, for all that the listing shows.
	Artifact bool
}

// Inquiries returns the images whose referrers must be looked for, sorted by path.
func Inquiries(source, target *Inventory, o Options) []Inquiry {
	if o.Search == SearchNever {
		return nil
	}
	s := searching{source: source.sharing(target.pool), target: target, options: o, chosen: selected(target.images, o.Select)}
	var all []Inquiry
	for i, image := range target.images {
		if !s.chosen[i] || nestedFolder(image) {
			continue
		}
		if q, worth := s.image(uint32(i)); worth {
			all = append(all, q)
		}
	}
	return all
}

// searching is the state of one Inquiries.
type searching struct {
	source, target *Inventory
	options        Options
	chosen         []bool
	from           []uint32 // room for sources
	holders        *holders // of the source; made when first needed
}

// image says what is to be asked of an image, and whether anything is. What
// leaves no doubt costs no memory.
func (s *searching) image(id uint32) (Inquiry, bool) {
	q := Inquiry{Image: s.target.images[id]}
	q.Exhaustive = s.options.Search == SearchAlways || s.source.tagsOnly || s.target.tagsOnly
	manifests := s.target.inImage(id)
	if len(manifests) == 0 {
		return q, false
	}
	sources := s.sources(id, manifests)
	for _, from := range sources {
		q.Candidates = s.candidates(q.Candidates, from, id)
	}
	if !q.Exhaustive {
		q.Unlisted = s.unlisted(manifests, id, sources)
	}
	asked := q.Exhaustive || len(q.Candidates) > 0 || len(q.Unlisted) > 0
	if !asked && !s.options.Thorough {
		return q, false
	}
	q.Doubtful = doubtful(s.target, id, s.options.Thorough)
	if !asked && len(q.Doubtful) == 0 {
		return q, false
	}
	q.Sources = s.named(sources, q.Image)
	q.Subjects = s.subjects(manifests, id, sources)
	if slices.Contains(s.options.Families, cosign.Signature) {
		q.Unsigned = s.unsigned(manifests, id, sources)
	}
	return q, asked || len(q.Unsigned) > 0
}

// named are the paths of sources for an image; where nobody knows what there is,
// the same.
func (s *searching) named(sources []uint32, image string) []string {
	var named []string
	for _, from := range sources {
		named = append(named, s.source.images[from])
	}
	if s.source.tagsOnly && len(named) == 0 {
		return []string{image}
	}
	return named
}

// sources returns the source's images that may hold referrers for an image of
// the target; it is good until the next call.
func (s *searching) sources(id uint32, manifests []manifest) []uint32 {
	s.from = s.from[:0]
	if same, ok := s.source.id(s.target.images[id]); ok {
		s.from = append(s.from, same)
	}
	if s.options.Match == MatchPath {
		return s.from
	}
	if s.holders == nil {
		s.holders = holdersOf(s.source)
	}
	for _, m := range manifests {
		s.from = s.holders.append(s.from, m.digest)
	}
	slices.Sort(s.from)
	return slices.Compact(s.from)
}

// candidates adds those of one image of the source. Where the source has an
// index that was not promoted, what does not look like an artifact is taken for
// a child of it, unless reading it costs nothing the next time: else the cost
// would grow with what was never promoted.
func (s *searching) candidates(to []Candidate, from, target uint32) []Candidate {
	all := s.options.Thorough || !s.source.leftIndex(s.target, from, target)
	for _, m := range s.source.inImage(from) {
		if m.tag == 0 && (m.artifact || m.index || all) && !s.target.hasManifest(target, m.digest) {
			to = append(to, Candidate{*s.source.pool.digest(m.digest), s.source.images[from], m.artifact})
		}
	}
	return to
}

// leftIndex tells whether an image of the inventory has a tagged index that the
// target's has not.
func (inv *Inventory) leftIndex(target *Inventory, image, there uint32) bool {
	return slices.ContainsFunc(inv.inImage(image), func(m manifest) bool {
		return m.index && m.tag != 0 && !target.hasManifest(there, m.digest)
	})
}

func (s *searching) subjects(manifests []manifest, id uint32, sources []uint32) []oci.Digest {
	found := s.target.digests(manifests)
	for _, m := range manifests {
		found = appendAttached(found, s.target, m.digest, []uint32{id})
		found = appendAttached(found, s.source, m.digest, sources)
	}
	slices.SortFunc(found, oci.Digest.Compare)
	return slices.Compact(found)
}

func (inv *Inventory) digests(ms []manifest) []oci.Digest {
	var digests []oci.Digest
	for _, m := range ms {
		digests = append(digests, *inv.pool.digest(m.digest))
	}
	return digests
}

// appendAttached adds the manifests of what is attached to a subject in those images.
func appendAttached(to []oci.Digest, inv *Inventory, subject uint32, images []uint32) []oci.Digest {
	for a := range inv.of(subject).all {
		if slices.Contains(images, a.image) && a.manifest != 0 {
			to = append(to, a.digest())
		}
	}
	return to
}

func (s *searching) unsigned(manifests []manifest, id uint32, sources []uint32) []oci.Digest {
	var found []oci.Digest
	for _, m := range manifests {
		if m.tag != 0 && !hasSignature(s.target, m.digest, []uint32{id}) && !hasSignature(s.source, m.digest, sources) {
			found = append(found, *s.target.pool.digest(m.digest))
		}
	}
	return slices.Compact(found)
}

func hasSignature(inv *Inventory, subject uint32, images []uint32) bool {
	for a := range inv.of(subject).all {
		if a.family == cosign.Signature && slices.Contains(images, a.image) && a.usable() {
			return true
		}
	}
	return false
}

// unlisted returns the artifacts that both sides have, unless every referrers
// index that the source has for a subject of the target is there too, bit for
// bit: then what the source lists the target lists.
func (s *searching) unlisted(manifests []manifest, id uint32, sources []uint32) []oci.Digest {
	indexes, even := 0, true
	for _, m := range manifests {
		for _, from := range sources {
			if at := s.source.fallback(from, m.digest); at != nil {
				there := s.target.fallback(id, m.digest)
				indexes, even = indexes+1, even && there != nil && there.index == at.index
			}
		}
	}
	if indexes > 0 && even {
		return nil
	}
	var found []oci.Digest
	for _, m := range manifests {
		if m.tag != 0 || !m.artifact && !s.options.Thorough {
			continue
		}
		if slices.ContainsFunc(sources, func(from uint32) bool { return s.source.hasManifest(from, m.digest) }) {
			found = append(found, *s.target.pool.digest(m.digest))
		}
	}
	return found
}

// doubtful returns the manifests by digest that may be referrers in an image:
// those that look like artifacts, and all where somebody wants to know, or where
// no index is there whose children they may be.
func doubtful(inv *Inventory, image uint32, all bool) []oci.Digest {
	manifests := inv.inImage(image)
	all = all || !slices.ContainsFunc(manifests, func(m manifest) bool { return m.index })
	var found []oci.Digest
	for _, m := range manifests {
		if m.tag == 0 && (m.artifact || all) {
			found = append(found, *inv.pool.digest(m.digest))
		}
	}
	return found
}
