package plan

import (
	"fmt"
	"path"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
)

// offer returns the source's attachment for a subject of the target, nil where
// it has none, or a verdict where several images of the source hold different
// ones and none of them holds all.
func (c *computation) offer(s *subject, family cosign.Family) (*attachment, *verdict) {
	if len(s.atSource) == 0 {
		return nil, nil
	}
	if id, ok := c.sourceImage(s.image); ok {
		if same := pick(s.atSource, id, family); same != nil && usable(same) {
			return same, nil
		}
	}
	if c.options.Match == MatchPath {
		return nil, nil
	}
	var candidates []*attachment
	for i := range s.atSource {
		a := &s.atSource[i]
		if a.Family == family && usable(a) && !nestedFolder(c.source.images[a.image]) {
			candidates = append(candidates, a)
		}
	}
	return c.choose(candidates)
}

// sourceImage returns the source's number of a target image's path. Subjects
// come image by image, so the last answer is kept.
func (c *computation) sourceImage(target uint32) (uint32, bool) {
	if !c.imageAsked || c.imageTarget != target {
		id, ok := slices.BinarySearch(c.source.images, c.target.images[target])
		c.imageAsked, c.imageTarget, c.imageThere = true, target, ok
		c.imageSource = uint32(id) //nolint:gosec // 2^32 image paths do not fit into memory
	}
	return c.imageSource, c.imageThere
}

// usable tells whether there is a manifest: blobs alone are what an
// interrupted copy left, not an attachment.
func usable(a *attachment) bool {
	return !a.manifest.IsZero() || a.flags&manifestUnreadable != 0
}

// choose returns the candidate that holds all that the others hold.
func (c *computation) choose(candidates []*attachment) (*attachment, *verdict) {
	if len(candidates) == 0 {
		return nil, nil
	}
	if agree(candidates) {
		return richest(candidates), nil
	}
	contents := make([]Content, len(candidates))
	var open *verdict
	for i, a := range candidates {
		content, v := c.content(Source, a)
		open = firstOf(open, v)
		contents[i] = content
	}
	if open != nil {
		return nil, open
	}
	for i, a := range candidates {
		if holdsAll(contents[i], contents) {
			return a, nil
		}
	}
	return nil, &verdict{state: Diverged, reason: fmt.Sprintf(
		"images %s and %s of the source hold different signatures, and none holds all",
		c.source.images[candidates[0].image], c.source.images[candidates[1].image])}
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
// of them may be incomplete.
func richest(candidates []*attachment) *attachment {
	best := candidates[0]
	for _, a := range candidates[1:] {
		if len(a.blobs()) > len(best.blobs()) {
			best = a
		}
	}
	return best
}

func holdsAll(content Content, all []Content) bool {
	for _, other := range all {
		if !content.Set.Contains(other.Set) {
			return false
		}
	}
	return true
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
