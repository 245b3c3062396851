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
	unreadable  []Unreadable // sorted
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
	id, ok := slices.BinarySearch(inv.images, image)
	if !ok {
		return nil, false
	}
	attached, _ := inv.of(tag.Subject)
	a := pick(attached, uint32(id), tag.Family) //nolint:gosec // 2^32 image paths do not fit into memory
	return a, a != nil
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
