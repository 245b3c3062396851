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
	s := searching{source: source, target: target, options: o, chosen: selected(target.images, o.Select)}
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
	holders        map[oci.Digest][]uint32 // the source's images by what they hold; made when first needed
}

func (s *searching) image(id uint32) (Inquiry, bool) {
	q := Inquiry{Image: s.target.images[id]}
	q.Exhaustive = s.options.Search == SearchAlways || s.source.tagsOnly || s.target.tagsOnly
	manifests := s.target.inImage(id)
	if len(manifests) == 0 {
		return q, false
	}
	sources := s.sources(id, manifests)
	for _, from := range sources {
		q.Sources = append(q.Sources, s.source.images[from])
		q.Candidates = s.candidates(q.Candidates, from, id)
	}
	if s.source.tagsOnly && len(q.Sources) == 0 {
		q.Sources = []string{q.Image}
	}
	q.Doubtful = doubtful(manifests, s.options.Thorough)
	if !q.Exhaustive {
		q.Unlisted = s.unlisted(manifests, id, sources)
	}
	asked := q.Exhaustive || len(q.Candidates) > 0 || len(q.Unlisted) > 0
	if !asked && (!s.options.Thorough || len(q.Doubtful) == 0) {
		return q, false
	}
	q.Subjects = s.subjects(manifests, id, sources)
	if slices.Contains(s.options.Families, cosign.Signature) {
		q.Unsigned = s.unsigned(manifests, id, sources)
	}
	return q, asked || len(q.Unsigned) > 0
}

// sources returns the source's images that may hold referrers for an image of the target.
func (s *searching) sources(id uint32, manifests []manifest) []uint32 {
	var found []uint32
	if same, ok := s.source.id(s.target.images[id]); ok {
		found = append(found, same)
	}
	if s.options.Match == MatchPath {
		return found
	}
	s.index()
	for _, m := range manifests {
		found = append(found, s.holders[m.digest]...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// index notes which images of the source hold a manifest, or something about it.
func (s *searching) index() {
	if s.holders != nil {
		return
	}
	s.holders = map[oci.Digest][]uint32{}
	for _, m := range s.source.manifests {
		s.holders[m.digest] = append(s.holders[m.digest], m.image)
	}
	for _, f := range s.source.fallbacks {
		s.holders[f.subject] = append(s.holders[f.subject], f.image)
	}
	for i := range s.source.attachments {
		a := &s.source.attachments[i]
		if !nestedFolder(s.source.images[a.image]) {
			s.holders[a.Subject] = append(s.holders[a.Subject], a.image)
		}
	}
}

// candidates adds those of one image of the source. Where the source has an
// index that was not promoted, what does not look like an artifact is taken for
// a child of it, unless reading it costs nothing the next time: else the cost
// would grow with what was never promoted.
func (s *searching) candidates(to []Candidate, from, target uint32) []Candidate {
	all := s.options.Thorough || !s.source.leftIndex(s.target, from, target)
	for _, m := range s.source.inImage(from) {
		if m.tag == "" && (m.artifact || m.index || all) && !s.target.hasManifest(target, m.digest) {
			to = append(to, Candidate{m.digest, s.source.images[from], m.artifact})
		}
	}
	return to
}

// leftIndex tells whether an image of the inventory has a tagged index that the
// target's has not.
func (inv *Inventory) leftIndex(target *Inventory, image, there uint32) bool {
	return slices.ContainsFunc(inv.inImage(image), func(m manifest) bool {
		return m.index && m.tag != "" && !target.hasManifest(there, m.digest)
	})
}

func (s *searching) subjects(manifests []manifest, id uint32, sources []uint32) []oci.Digest {
	var found []oci.Digest
	for _, m := range manifests {
		found = append(found, m.digest)
	}
	for _, m := range manifests {
		found = appendAttached(found, s.target, m.digest, []uint32{id})
		found = appendAttached(found, s.source, m.digest, sources)
	}
	slices.SortFunc(found, oci.Digest.Compare)
	return slices.Compact(found)
}

// appendAttached adds the manifests of what is attached to a subject in those images.
func appendAttached(to []oci.Digest, inv *Inventory, subject oci.Digest, images []uint32) []oci.Digest {
	attached, _ := inv.of(subject)
	for i := range attached {
		if a := &attached[i]; slices.Contains(images, a.image) && !a.manifest.IsZero() {
			to = append(to, a.manifest)
		}
	}
	return to
}

func (s *searching) unsigned(manifests []manifest, id uint32, sources []uint32) []oci.Digest {
	var found []oci.Digest
	for _, m := range manifests {
		if m.tag != "" && !hasSignature(s.target, m.digest, []uint32{id}) && !hasSignature(s.source, m.digest, sources) {
			found = append(found, m.digest)
		}
	}
	return slices.Compact(found)
}

func hasSignature(inv *Inventory, subject oci.Digest, images []uint32) bool {
	attached, _ := inv.of(subject)
	for i := range attached {
		if a := &attached[i]; a.Family == cosign.Signature && slices.Contains(images, a.image) && usable(a) {
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
		both := slices.ContainsFunc(sources, func(from uint32) bool { return s.source.hasManifest(from, m.digest) })
		if m.tag == "" && (m.artifact || s.options.Thorough) && both {
			found = append(found, m.digest)
		}
	}
	return found
}

// doubtful returns the manifests by digest that may be referrers: those that
// look like artifacts, and all where somebody wants to know, or where no index is
// there whose children they may be.
func doubtful(manifests []manifest, all bool) []oci.Digest {
	all = all || !slices.ContainsFunc(manifests, func(m manifest) bool { return m.index })
	var found []oci.Digest
	for _, m := range manifests {
		if m.tag == "" && (m.artifact || all) {
			found = append(found, m.digest)
		}
	}
	return found
}
