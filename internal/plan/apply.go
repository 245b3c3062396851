package plan

import (
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
)

// Apply returns the inventory that the target has after the actions, and
// leaves inv as it is. A chain of pairs needs it: what the first pair copies is
// what the second finds at its source.
func (inv *Inventory) Apply(actions []*Action) *Inventory {
	if len(actions) == 0 {
		return inv
	}
	b := inv.pool.Builder(inv.repository)
	b.take(inv, overwritten(actions))
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

// take adds what an inventory holds, without the manifests of the folders that
// are replaced.
func (b *Builder) take(inv *Inventory, replaced map[named]bool) {
	b.tagsOnly = inv.tagsOnly
	for _, m := range inv.manifests {
		image, digest := inv.images[m.image], *inv.pool.digest(m.digest)
		b.Manifest(image, string(inv.pool.text(m.tag)), digest, m.index)
		if m.artifact {
			b.Artifact(image, digest)
		}
	}
	for _, f := range inv.fallbacks {
		b.Fallback(inv.images[f.image], *inv.pool.digest(f.subject), *inv.pool.digest(f.index))
	}
	b.unreadable = slices.Clone(inv.unreadable)
	b.strangers = inv.strangers // which are sorted already
	for i := range inv.folders {
		a := attachment{&inv.folders[i], inv}
		b.copy(inv.images[a.image], a, len(replaced) > 0 && replaced[named{a.tag(), inv.images[a.image]}])
	}
}

func (b *Builder) copy(image string, a attachment, replaced bool) {
	tag := a.tag()
	f := b.folder(image, tag)
	f.flags |= a.flags &^ someDamaged
	if !replaced && a.manifest != 0 {
		b.AttachmentManifest(image, tag, a.digest())
	}
	for _, id := range a.ids() {
		b.AttachmentBlob(image, tag, *a.in.pool.digest(id), true)
	}
	for _, d := range a.damaged() {
		b.AttachmentBlob(image, tag, d, false)
	}
}
