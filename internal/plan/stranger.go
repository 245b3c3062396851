package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// strangers are what an inventory keeps of images that are not its own: digests
// that say something of its own images all the same.
type strangers struct {
	// manifests are those of attachments, sorted: an image that is one of them is
	// no image.
	manifests []oci.Digest
	// images are the paths of those that hold signatures, which are sorted by
	// subject and path.
	images     []string
	signatures []signature
}

// signature is a subject with the image that holds a signature of it, by its number
// among images.
type signature struct {
	subject oci.Digest
	image   uint32
}

// sign adds a signature. They come image by image, so that most paths are kept once.
func (s *strangers) sign(subject oci.Digest, image string) {
	if n := len(s.images); n == 0 || s.images[n-1] != image {
		s.images = append(s.images, strings.Clone(image))
	}
	s.signatures = append(s.signatures, signature{subject, uint32(len(s.images) - 1)}) //nolint:gosec // 2^32 paths do not fit into memory
}

func (s *strangers) sort() {
	slices.SortFunc(s.manifests, oci.Digest.Compare)
	s.manifests = slices.Clip(slices.Compact(s.manifests))
	slices.SortFunc(s.signatures, func(a, b signature) int {
		return cmp.Or(a.subject.Compare(b.subject), cmp.Compare(s.images[a.image], s.images[b.image]))
	})
}

// has tells whether a digest is that of an attachment's manifest.
func (s *strangers) has(manifest oci.Digest) bool {
	_, found := slices.BinarySearchFunc(s.manifests, manifest, oci.Digest.Compare)
	return found
}

// signs returns the first image that holds a signature of the subject, and
// whether there is one.
func (s *strangers) signs(subject oci.Digest) (image string, ok bool) {
	at, ok := slices.BinarySearchFunc(s.signatures, subject, func(s signature, d oci.Digest) int { return s.subject.Compare(d) })
	if !ok {
		return "", false
	}
	return s.images[s.signatures[at].image], true
}

// of returns what they say of those subjects, and no more.
func (s *strangers) of(subjects map[oci.Digest]bool) strangers {
	var kept strangers
	for _, held := range s.signatures {
		if subjects[held.subject] {
			kept.sign(held.subject, s.images[held.image])
		}
	}
	return kept
}

// Forget returns the inventory of the part of a repository without what nobody
// asks any more, once Strays was told: of other images it knows the signatures of
// what the targets have unsigned. inv stays as it is.
func (inv *Inventory) Forget(targets []*Inventory) *Inventory {
	suspects := map[oci.Digest]bool{}
	for _, t := range targets {
		t.suspects(suspects)
	}
	kept := *inv
	kept.strangers = inv.strangers.of(suspects)
	return &kept
}
