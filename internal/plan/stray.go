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
			if at := (Place{inv.images[m.image], m.digest}); m.tag != "" && (anywhere[m.digest] || here[at]) {
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
		if m.tag == "" {
			continue
		}
		attached, _ := inv.of(m.digest)
		if a := pick(attached, m.image, cosign.Signature); a == nil || !usable(a) {
			to[m.digest] = true
		}
	}
}

// attached notes which of the suspects are manifests of attachments, and of which
// image that says so where it does not of all.
func (inv *Inventory) attached(suspects, anywhere map[oci.Digest]bool, here map[Place]bool) {
	for i := range inv.attachments {
		a := &inv.attachments[i]
		switch {
		case !suspects[a.manifest]:
		case inv.tagsOnly:
			here[Place{inv.images[a.image], a.manifest}] = true
		default:
			anywhere[a.manifest] = true
		}
	}
	for digest := range suspects {
		if inv.strangers.has(digest) {
			anywhere[digest] = true
		}
	}
}
