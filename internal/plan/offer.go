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

// offer returns the source's attachment for a subject of the target, if it has
// one, or a dispute.
func (c *computation) offer(s *subject, family cosign.Family) (attachment, *dispute) {
	if len(s.atSource.folders) == 0 {
		return attachment{}, nil
	}
	var same attachment
	if id, ok := c.sourceImage(s.image); ok {
		same, _ = s.atSource.pick(id, family)
	}
	if !same.none() && !same.usable() {
		same = attachment{}
	}
	if c.options.Match == MatchPath {
		return same, nil
	}
	candidates := c.candidates[:0]
	if !same.none() {
		candidates = append(candidates, same) // first: it is taken where others are no better
	}
	for a := range s.atSource.all {
		if a != same && a.family == family && a.usable() && !nestedFolder(c.source.images[a.image]) {
			candidates = append(candidates, a)
		}
	}
	c.candidates = candidates
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

// choose returns the candidate that holds all that the others hold.
func (c *computation) choose(candidates []attachment) (attachment, *dispute) {
	if len(candidates) == 0 {
		return attachment{}, nil
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
		return attachment{}, d
	}
	return pickFull(candidates, contents, d)
}

// pickFull returns a candidate that holds all that the others hold, one whose
// folder is whole if there is one.
func pickFull(candidates []attachment, contents []Content, d *dispute) (attachment, *dispute) {
	var full attachment
	for i, a := range candidates {
		if !contents[i].Set.Contains(d.union) {
			continue
		}
		if len(a.lacks(contents[i].Blobs)) == 0 {
			return a, nil
		}
		if full.none() {
			full = a
		}
	}
	if !full.none() {
		return full, nil
	}
	return attachment{}, d
}

func agree(candidates []attachment) bool {
	for _, a := range candidates[1:] {
		if a.manifest != candidates[0].manifest {
			return false
		}
	}
	return true
}

// richest prefers, among equal manifests, the folder with the most blobs: one
// of them may be incomplete. The first of equals is taken.
func richest(candidates []attachment) attachment {
	best := candidates[0]
	for _, a := range candidates[1:] {
		if a.count > best.count {
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
