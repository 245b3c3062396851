package plan

import (
	"cmp"
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
)

// strangers are what an inventory keeps of images that are not its own: digests
// that say something of its own images all the same.
type strangers struct {
	// manifests are those of attachments, sorted: an image that is one of them is
	// no image.
	manifests []oci.Digest
	// signatures are sorted by subject and image.
	signatures []signature
}

// signature is a subject with the image that holds a signature of it.
type signature struct {
	subject oci.Digest
	image   uint32
}

func (s signature) compare(t signature) int {
	return cmp.Or(s.subject.Compare(t.subject), cmp.Compare(s.image, t.image))
}

func (s *strangers) sort() {
	slices.SortFunc(s.manifests, oci.Digest.Compare)
	s.manifests = slices.Clip(slices.Compact(s.manifests))
	slices.SortFunc(s.signatures, signature.compare)
	s.signatures = slices.Clip(slices.Compact(s.signatures))
}

// has tells whether a digest is that of an attachment's manifest.
func (s *strangers) has(manifest oci.Digest) bool {
	_, found := slices.BinarySearchFunc(s.manifests, manifest, oci.Digest.Compare)
	return found
}

// signs returns the first image that holds a signature of the subject, and
// whether there is one.
func (s *strangers) signs(subject oci.Digest) (image uint32, ok bool) {
	at, _ := slices.BinarySearchFunc(s.signatures, signature{subject: subject}, signature.compare)
	if at == len(s.signatures) || s.signatures[at].subject != subject {
		return 0, false
	}
	return s.signatures[at].image, true
}
