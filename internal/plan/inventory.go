package plan

import (
	"cmp"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Inventory is what one repository holds: its manifests and the attachments in
// cosign's tag scheme. It is read-only and safe for concurrent use. Image paths
// are kept once and named by number, digests are 32 bytes, and everything lies
// in sorted arrays, so that a million manifests fit into memory.
type Inventory struct {
	repository  string
	images      []string     // sorted: comparing numbers compares paths
	manifests   []manifest   // sorted by image, digest, tag
	attachments []attachment // sorted by subject, family, image
	fallbacks   []fallback   // sorted by image, subject
	unreadable  []Unreadable // sorted
	tagsOnly    bool
	strangers   strangers // what is known of images that it does not hold
}

// fallback is the tag of a referrers index.
type fallback struct {
	subject oci.Digest
	image   uint32
	index   oci.Digest // zero where the listing does not tell it
}

func (f fallback) compare(g fallback) int {
	return cmp.Or(cmp.Compare(f.image, g.image), f.subject.Compare(g.subject))
}

// Unreadable is a manifest file whose digest the server does not tell.
type Unreadable struct {
	Image, Tag string
}

type manifest struct {
	digest oci.Digest
	tag    string // "" for a manifest that was pushed by digest
	image  uint32
	index  bool
	// artifact tells that its folder holds the empty config of artifacts, which images do not have.
	artifact bool
}

// Repository is the key of the repository that the inventory describes.
func (inv *Inventory) Repository() string { return inv.repository }

// Manifests returns how many manifests the inventory holds, one for each tag and digest folder.
func (inv *Inventory) Manifests() int { return len(inv.manifests) }

// Attachments returns how many attachments the inventory holds.
func (inv *Inventory) Attachments() int { return len(inv.attachments) }

// HasFile tells whether the attachment folder of that image holds the file,
// with that content. Where the server tells no checksum of a blob, its name counts.
func (inv *Inventory) HasFile(image string, tag cosign.Tag, file File) bool {
	at, ok := inv.at(image, tag)
	if !ok {
		return false
	}
	if file.Manifest {
		return at.manifest == file.Digest
	}
	return at.hasBlob(file.Digest)
}

// ManifestOf returns the digest of an attachment's manifest, zero where the
// server does not tell it, and whether there is one.
func (inv *Inventory) ManifestOf(image string, tag cosign.Tag) (oci.Digest, bool) {
	a, ok := inv.at(image, tag)
	if !ok || !usable(a) {
		return oci.Digest{}, false
	}
	return a.manifest, true
}

func (inv *Inventory) at(image string, tag cosign.Tag) (*attachment, bool) {
	id, ok := inv.id(image)
	if !ok {
		return nil, false
	}
	attached, _ := inv.of(tag.Subject)
	a := pick(attached, id, tag.Family)
	return a, a != nil
}

// id returns the number of an image path, and whether there is such an image.
func (inv *Inventory) id(image string) (uint32, bool) {
	at, ok := slices.BinarySearch(inv.images, image)
	return uint32(at), ok //nolint:gosec // 2^32 image paths do not fit into memory
}

// of returns everything attached to a subject, in any image, and where in
// attachments that begins.
func (inv *Inventory) of(subject oci.Digest) (attached []attachment, first int) {
	first, _ = slices.BinarySearchFunc(inv.attachments, subject, func(a attachment, d oci.Digest) int { return a.Subject.Compare(d) })
	last := first
	for last < len(inv.attachments) && inv.attachments[last].Subject == subject {
		last++
	}
	return inv.attachments[first:last], first
}

// pick returns the attachment of that image and family; nil where there is none.
func pick(attached []attachment, image uint32, family cosign.Family) *attachment {
	for i := range attached {
		if attached[i].image == image && attached[i].Family == family {
			return &attached[i]
		}
	}
	return nil
}

// HasFallback tells whether the image has the tag of a referrers index of that subject.
func (inv *Inventory) HasFallback(image string, subject oci.Digest) bool {
	id, ok := inv.id(image)
	return ok && inv.fallback(id, subject) != nil
}

func (inv *Inventory) fallback(image uint32, subject oci.Digest) *fallback {
	at, found := slices.BinarySearchFunc(inv.fallbacks, fallback{subject: subject, image: image}, fallback.compare)
	if !found {
		return nil
	}
	return &inv.fallbacks[at]
}

// Fallbacks returns the subjects of the referrers indexes that the image has.
func (inv *Inventory) Fallbacks(image string) []oci.Digest {
	id, ok := inv.id(image)
	if !ok {
		return nil
	}
	first, _ := slices.BinarySearchFunc(inv.fallbacks, id, func(f fallback, id uint32) int { return cmp.Compare(f.image, id) })
	var subjects []oci.Digest
	for _, f := range inv.fallbacks[first:] {
		if f.image != id {
			break
		}
		subjects = append(subjects, f.subject)
	}
	return subjects
}

// HasManifest tells whether the image holds the manifest, under a tag or by digest.
func (inv *Inventory) HasManifest(image string, digest oci.Digest) bool {
	id, ok := inv.id(image)
	return ok && inv.hasManifest(id, digest)
}

// Subjects returns the digests of all that something may be attached to: the
// manifests, and those of attachments.
func (inv *Inventory) Subjects() map[oci.Digest]bool {
	subjects := make(map[oci.Digest]bool, len(inv.manifests)+len(inv.attachments))
	for i := range inv.manifests {
		subjects[inv.manifests[i].digest] = true
	}
	for i := range inv.attachments {
		subjects[inv.attachments[i].manifest] = true
	}
	return subjects
}

// Places returns the manifests by image, those of attachments too.
func (inv *Inventory) Places() map[Place]bool {
	places := make(map[Place]bool, len(inv.manifests)+len(inv.attachments))
	for i := range inv.manifests {
		places[Place{inv.images[inv.manifests[i].image], inv.manifests[i].digest}] = true
	}
	for i := range inv.attachments {
		places[Place{inv.images[inv.attachments[i].image], inv.attachments[i].manifest}] = true
	}
	return places
}

// TagsOnly tells whether manifests without a tag are not in the inventory,
// though they may be in the repository.
func (inv *Inventory) TagsOnly() bool { return inv.tagsOnly }

// inImage returns the manifests of one image.
func (inv *Inventory) inImage(image uint32) []manifest {
	first, _ := slices.BinarySearchFunc(inv.manifests, image, func(m manifest, id uint32) int { return cmp.Compare(m.image, id) })
	last := first
	for last < len(inv.manifests) && inv.manifests[last].image == image {
		last++
	}
	return inv.manifests[first:last]
}

// hides tells whether the image has a manifest whose digest is not known.
func (inv *Inventory) hides(image string) bool {
	return slices.ContainsFunc(inv.unreadable, func(u Unreadable) bool { return u.Image == image })
}

func (inv *Inventory) hasManifest(image uint32, digest oci.Digest) bool {
	i, _ := slices.BinarySearchFunc(inv.manifests, manifest{image: image, digest: digest}, manifest.compare)
	return i < len(inv.manifests) && inv.manifests[i].image == image && inv.manifests[i].digest == digest
}

func (m manifest) compare(n manifest) int {
	order := cmp.Or(cmp.Compare(m.image, n.image), m.digest.Compare(n.digest), cmp.Compare(m.tag, n.tag))
	if order == 0 && m.index != n.index {
		if n.index {
			return -1
		}
		return 1
	}
	return order
}
