package plan

import (
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Apply returns the inventory that the target has after the actions, and
// leaves inv as it is. A chain of pairs needs it: what the first pair copies is
// what the second finds at its source.
func (inv *Inventory) Apply(actions []*Action) *Inventory {
	if len(actions) == 0 {
		return inv
	}
	b := NewBuilder(inv.repository)
	b.tagsOnly = inv.tagsOnly
	for _, m := range inv.manifests {
		b.Manifest(inv.images[m.image], m.tag, m.digest, m.index)
		if m.artifact {
			b.Artifact(inv.images[m.image], m.digest)
		}
	}
	for _, f := range inv.fallbacks {
		b.Fallback(inv.images[f.image], f.subject, f.index)
	}
	b.unreadable = slices.Clone(inv.unreadable)
	b.strangers = inv.strangers // which are sorted already
	replaced := overwritten(actions)
	for i := range inv.attachments {
		a := inv.attachments[i]
		if replaced[named{a.Tag, inv.images[a.image]}] {
			a.manifest = oci.Digest{}
		}
		b.copy(inv.images[a.image], &a)
	}
	for _, a := range actions {
		if a.Referrer {
			b.Manifest(a.TargetImage, "", a.Manifest, false)
			b.Artifact(a.TargetImage, a.Manifest)
			continue
		}
		if inv.tagsOnly || a.Mend == Copy && len(a.Files) == 1 {
			b.AttachmentByName(a.TargetImage, a.Tag, a.Manifest)
		}
		for _, f := range a.Files {
			if f.Manifest {
				b.AttachmentManifest(a.TargetImage, a.Tag, f.Digest)
			} else {
				b.AttachmentBlob(a.TargetImage, a.Tag, f.Digest, true)
			}
		}
	}
	return b.Build()
}

// named is an attachment's folder by its image's name.
type named struct {
	tag   cosign.Tag
	image string
}

// overwritten returns the folders whose manifest the actions replace.
func overwritten(actions []*Action) map[named]bool {
	folders := map[named]bool{}
	for _, a := range actions {
		if a.Overwrites() {
			folders[named{a.Tag, a.TargetImage}] = true
		}
	}
	return folders
}

func (b *Builder) copy(image string, a *attachment) {
	if !a.manifest.IsZero() {
		b.AttachmentManifest(image, a.Tag, a.manifest)
	}
	if a.flags&manifestUnreadable != 0 {
		b.AttachmentManifest(image, a.Tag, oci.Digest{})
	}
	if a.flags&blobsUnlisted != 0 {
		b.attachment(image, a.Tag).flags |= blobsUnlisted
	}
	for _, d := range a.blobs() {
		b.AttachmentBlob(image, a.Tag, d, true)
	}
	for _, d := range a.damaged() {
		b.AttachmentBlob(image, a.Tag, d, false)
	}
}
