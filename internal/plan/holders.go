package plan

import "slices"

// holders says which images of an inventory hold a manifest, or something about it.
type holders struct {
	pairs []pair   // sorted
	near  []uint32 // see nearest
}

// pair is the number of a manifest and, in the lower half, that of an image.
type pair uint64

func paired(digest, image uint32) pair { return pair(digest)<<32 | pair(image) }

func (p pair) digest() uint32 { return uint32(p >> 32) }

func (p pair) image() uint32 { return uint32(p) } //nolint:gosec // its lower half

func holdersOf(inv *Inventory) *holders {
	pairs := make([]pair, 0, len(inv.manifests)+len(inv.fallbacks)+len(inv.folders))
	for _, m := range inv.manifests {
		pairs = append(pairs, paired(m.digest, m.image))
	}
	for _, f := range inv.fallbacks {
		pairs = append(pairs, paired(f.subject, f.image))
	}
	for _, f := range inv.folders {
		if !nestedFolder(inv.images[f.image]) {
			pairs = append(pairs, paired(f.subject, f.image))
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	return &holders{pairs, nearest(pairs, func(p *pair) uint32 { return p.digest() })}
}

// append adds the images that hold a manifest.
func (h *holders) append(to []uint32, digest uint32) []uint32 {
	group := int(digest >> nearBits)
	if group+1 >= len(h.near) {
		return to
	}
	near := h.pairs[h.near[group]:h.near[group+1]]
	first, _ := slices.BinarySearch(near, paired(digest, 0))
	for _, p := range near[first:] {
		if p.digest() != digest {
			break
		}
		to = append(to, p.image())
	}
	return to
}
