package plan

import (
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Strays returns the manifests of targets that have a tag and are those of
// attachments in any image of any of the inventories; where they have a signature
// themselves it may leave them out. The tags of a plain registry say so of their
// own image only: there are no folders that somebody may copy elsewhere, and what
// hangs on images costs a request each.
func Strays(targets, all []*Inventory) map[Place]bool {
	suspects := map[oci.Digest]bool{}
	for _, inv := range targets {
		inv.suspects(suspects)
	}
	anywhere, here := map[oci.Digest]bool{}, map[Place]bool{}
	for _, inv := range all {
		inv.attached(suspects, anywhere, here)
	}
	found := map[Place]bool{}
	for _, inv := range targets {
		for i := range inv.manifests {
			m := &inv.manifests[i]
			if len(anywhere)+len(here) == 0 || m.tag == 0 {
				continue
			}
			at := Place{inv.images[m.image], *inv.pool.digest(m.digest)}
			if anywhere[at.Digest] || here[at] {
				found[at] = true
			}
		}
	}
	return found
}

// suspects adds the tagged manifests without a signature.
func (inv *Inventory) suspects(to map[oci.Digest]bool) {
	for i := range inv.manifests {
		m := &inv.manifests[i]
		if m.tag == 0 {
			continue
		}
		if a, _ := inv.of(m.digest).pick(m.image, cosign.Signature); a.none() || !a.usable() {
			to[*inv.pool.digest(m.digest)] = true
		}
	}
}

// attached notes which of the suspects are manifests of attachments, and of which
// image that says so where it does not of all.
func (inv *Inventory) attached(suspects, anywhere map[oci.Digest]bool, here map[Place]bool) {
	if len(suspects) == 0 {
		return
	}
	for i := range inv.folders {
		f := &inv.folders[i]
		manifest := *inv.pool.digest(f.manifest)
		switch {
		case !suspects[manifest]:
		case inv.tagsOnly:
			here[Place{inv.images[f.image], manifest}] = true
		default:
			anywhere[manifest] = true
		}
	}
	for digest := range suspects {
		if inv.strangers.has(digest) {
			anywhere[digest] = true
		}
	}
}
