package plan

import (
	"slices"

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
	for _, m := range inv.manifests {
		b.Manifest(inv.images[m.image], m.tag, m.digest, m.index)
	}
	b.unreadable = slices.Clone(inv.unreadable)
	for i := range inv.attachments {
		b.copy(inv.images[inv.attachments[i].image], &inv.attachments[i])
	}
	for _, a := range actions {
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

func (b *Builder) copy(image string, a *attachment) {
	if !a.manifest.IsZero() {
		b.AttachmentManifest(image, a.Tag, a.manifest)
	}
	if a.flags&manifestUnreadable != 0 {
		b.AttachmentManifest(image, a.Tag, oci.Digest{})
	}
	for _, d := range a.blobs() {
		b.AttachmentBlob(image, a.Tag, d, true)
	}
	for _, d := range a.damaged() {
		b.AttachmentBlob(image, a.Tag, d, false)
	}
}
