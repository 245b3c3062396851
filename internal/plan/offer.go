package plan

import (
	"path"

	"github.com/sigsync/sigsync/internal/cosign"
)

// dispute is what the source offers where several of its images hold different
// attachments for one subject and none of them can be taken for all.
type dispute struct {
	// open is why that could not be decided, nil where it was.
	open *verdict
	// union is what they hold together.
	union  cosign.Set
	images string
}

// offer returns the source's attachment for a subject of the target, nil where
// it has none, or a dispute.
func (c *computation) offer(s *subject, family cosign.Family) (*attachment, *dispute) {
	if len(s.atSource) == 0 {
		return nil, nil
	}
	var same *attachment
	if id, ok := c.sourceImage(s.image); ok {
		same = pick(s.atSource, id, family)
	}
	if same != nil && !usable(same) {
		same = nil
	}
	if c.options.Match == MatchPath {
		return same, nil
	}
	var candidates []*attachment
	if same != nil {
		candidates = append(candidates, same) // first: it is taken where others are no better
	}
	for i := range s.atSource {
		a := &s.atSource[i]
		if a != same && a.Family == family && usable(a) && !nestedFolder(c.source.images[a.image]) {
			candidates = append(candidates, a)
		}
	}
	return c.choose(candidates)
}

// sourceImage returns the source's number of a target image's path. Subjects
// come image by image, so the last answer is kept.
func (c *computation) sourceImage(target uint32) (uint32, bool) {
	if !c.imageAsked || c.imageTarget != target {
		c.imageAsked, c.imageTarget = true, target
		c.imageSource, c.imageThere = c.source.id(c.target.images[target])
	}
	return c.imageSource, c.imageThere
}

// usable tells whether there is a manifest: blobs alone are what an
// interrupted copy left, not an attachment.
func usable(a *attachment) bool {
	return !a.manifest.IsZero() || a.flags&manifestUnreadable != 0
}

// choose returns the candidate that holds all that the others hold.
func (c *computation) choose(candidates []*attachment) (*attachment, *dispute) {
	if len(candidates) == 0 {
		return nil, nil
	}
	if agree(candidates) {
		return richest(candidates), nil
	}
	contents := make([]Content, len(candidates))
	d := &dispute{images: c.source.images[candidates[0].image] + " and " + c.source.images[candidates[1].image]}
	for i, a := range candidates {
		content, v := c.content(Source, a)
		d.open = firstOf(d.open, v)
		d.union = d.union.Union(content.Set)
		contents[i] = content
	}
	if d.open != nil {
		return nil, d
	}
	return pickFull(candidates, contents, d)
}

// pickFull returns a candidate that holds all that the others hold, one whose
// folder is whole if there is one.
func pickFull(candidates []*attachment, contents []Content, d *dispute) (*attachment, *dispute) {
	var full *attachment
	for i, a := range candidates {
		if !contents[i].Set.Contains(d.union) {
			continue
		}
		if len(a.lacks(contents[i].Blobs)) == 0 {
			return a, nil
		}
		if full == nil {
			full = a
		}
	}
	if full != nil {
		return full, nil
	}
	return nil, d
}

func agree(candidates []*attachment) bool {
	for _, a := range candidates[1:] {
		if a.manifest != candidates[0].manifest {
			return false
		}
	}
	return true
}

// richest prefers, among equal manifests, the folder with the most blobs: one
// of them may be incomplete. The first of equals is taken.
func richest(candidates []*attachment) *attachment {
	best := candidates[0]
	for _, a := range candidates[1:] {
		if len(a.blobs()) > len(best.blobs()) {
			best = a
		}
	}
	return best
}

// nestedFolder tells whether an image path is a folder inside an attachment's
// folder: a folder copy onto an existing folder makes X.sig/X.sig.
func nestedFolder(image string) bool {
	_, ok := cosign.ParseTag(path.Base(image))
	return ok
}

// outermostImage returns the image that a nested attachment folder lies in, or
// the image itself.
func outermostImage(image string) string {
	for nestedFolder(image) {
		image = path.Dir(image)
	}
	return image
}
