package plan

import (
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Holding is a manifest that an image has.
type Holding struct {
	Digest oci.Digest
	// Tags are those of the image that name it, sorted.
	Tags  []string
	Index bool
}

// Holdings returns the manifests of an image, sorted by digest. Attachments with
// a tag are not among them.
func (inv *Inventory) Holdings(image string) []Holding {
	id, ok := inv.id(image)
	if !ok {
		return nil
	}
	var all []Holding
	for rest := inv.inImage(id); len(rest) > 0; {
		n := sameSubject(rest)
		h := Holding{Digest: *inv.pool.digest(rest[0].digest), Tags: inv.tags(rest[:n])}
		for _, m := range rest[:n] {
			h.Index = h.Index || m.index
		}
		all, rest = append(all, h), rest[n:]
	}
	return all
}

// AttachedTag is an attachment that has a tag. Its digest is zero where there is
// no manifest, or the server does not tell it.
type AttachedTag struct {
	Tag    cosign.Tag
	Digest oci.Digest
}

// AttachedTags returns the attachments with a tag that an image has for a
// subject, sorted by family.
func (inv *Inventory) AttachedTags(image string, subject oci.Digest) []AttachedTag {
	id, ok := inv.id(image)
	if !ok {
		return nil
	}
	var all []AttachedTag
	for a := range inv.about(subject).all {
		if a.image == id {
			all = append(all, AttachedTag{a.tag(), a.digest()})
		}
	}
	return all
}

// Holders returns the images that hold a manifest, or something attached to it
// by a tag or an index of referrers, sorted.
func (inv *Inventory) Holders(digest oci.Digest) []string {
	number, known := inv.pool.find(&digest)
	if !known {
		return nil
	}
	var ids []uint32
	for _, m := range inv.manifests {
		if m.digest == number {
			ids = append(ids, m.image)
		}
	}
	for _, f := range inv.fallbacks {
		if f.subject == number {
			ids = append(ids, f.image)
		}
	}
	for a := range inv.of(number).all {
		ids = append(ids, a.image)
	}
	slices.Sort(ids)
	var images []string
	for _, id := range slices.Compact(ids) {
		if !nestedFolder(inv.images[id]) {
			images = append(images, inv.images[id])
		}
	}
	return images
}

// HasAttachments tells whether an image has attachments with a tag, of any subject.
func (inv *Inventory) HasAttachments(image string) bool {
	id, ok := inv.id(image)
	return ok && slices.ContainsFunc(inv.folders, func(f folder) bool { return f.image == id })
}

// Unreadable returns the tags of an image whose digest the server does not tell, sorted.
func (inv *Inventory) Unreadable(image string) []string {
	var tags []string
	for _, u := range inv.unreadable {
		if u.Image == image {
			tags = append(tags, u.Tag)
		}
	}
	return tags
}
