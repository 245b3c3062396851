package plan

import (
	"bytes"
	"cmp"
	"slices"
)

// Build returns the inventory and leaves the builder empty. It does not depend
// on the order in which things were added, nor on what came twice, nor on what
// else is in the pool.
func (b *Builder) Build() *Inventory {
	b.settle()
	moved := b.renumber()
	b.strangers.sort()
	inv := &Inventory{
		repository: b.repository, pool: b.pool, images: b.images, tagsOnly: b.tagsOnly, unreadable: b.unreadable,
		strangers: b.strangers,
	}
	b.buildManifests(inv, moved)
	b.buildFolders(inv, moved)
	slices.SortFunc(inv.unreadable, func(x, y Unreadable) int {
		return cmp.Or(cmp.Compare(x.Image, y.Image), cmp.Compare(x.Tag, y.Tag))
	})
	inv.unreadable = slices.Compact(inv.unreadable)
	for i := range b.fallbacks {
		b.fallbacks[i].image = moved[b.fallbacks[i].image]
	}
	slices.SortFunc(b.fallbacks, func(f, g fallback) int {
		return cmp.Or(b.pool.compareFallbacks(f, g), b.pool.compare(f.index, g.index))
	})
	inv.fallbacks = slices.Compact(b.fallbacks)
	*b = *b.pool.Builder(b.repository)
	return inv
}

// renumber sorts the image paths, so that numbers compare as paths do, and
// returns the new numbers by the old ones.
func (b *Builder) renumber() []uint32 {
	slices.Sort(b.images)
	b.images = slices.Clip(b.images)
	moved := make([]uint32, len(b.images))
	for now, image := range b.images {
		moved[b.ids[image]] = uint32(now)
	}
	b.ids = nil
	return moved
}

// buildManifests puts the manifests image by image, and sorts those of each.
func (b *Builder) buildManifests(inv *Inventory, moved []uint32) {
	next := make([]uint32, len(moved)+1)
	for _, chunk := range b.manifests.chunks {
		for i := range chunk {
			next[moved[chunk[i].image]+1]++
		}
	}
	for image := range moved {
		next[image+1] += next[image]
	}
	inv.manifests = make([]manifest, b.manifests.size)
	b.manifests.drain(func(m *manifest) {
		m.image = moved[m.image]
		inv.manifests[next[m.image]] = *m
		next[m.image]++
	})
	artifacts := b.sortedArtifacts(moved)
	kept, from := uint32(0), uint32(0)
	inv.starts = make([]uint32, len(moved)+1)
	for image := range moved {
		ms := inv.manifests[from:next[image]]
		from = next[image]
		untagShadowed(ms)
		artifacts = markArtifacts(ms, artifacts)
		b.pool.sortManifests(ms)
		ms = slices.Compact(ms)
		kept += uint32(copy(inv.manifests[kept:], ms)) //nolint:gosec // 2^32 manifests do not fit into memory
		inv.starts[image+1] = kept
	}
	if int(kept) < len(inv.manifests) {
		inv.manifests = slices.Clone(inv.manifests[:kept])
	}
}

func (b *Builder) sortedArtifacts(moved []uint32) []place {
	artifacts := b.artifacts.flat()
	for i := range artifacts {
		artifacts[i].image = moved[artifacts[i].image]
	}
	slices.SortFunc(artifacts, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.image, y.image), cmp.Compare(x.digest, y.digest))
	})
	return artifacts
}

// markArtifacts marks those of one image's manifests that are artifacts. These
// come by image, and it returns those of the images that follow.
func markArtifacts(ms []manifest, artifacts []place) []place {
	if len(artifacts) == 0 || len(ms) == 0 {
		return artifacts
	}
	of := func(image uint32) int {
		n, _ := slices.BinarySearchFunc(artifacts, image, func(p place, image uint32) int { return cmp.Compare(p.image, image) })
		return n
	}
	own := artifacts[of(ms[0].image):of(ms[0].image+1)]
	for i, m := range ms {
		_, artifact := slices.BinarySearchFunc(own, m.digest, func(p place, digest uint32) int { return cmp.Compare(p.digest, digest) })
		ms[i].artifact = m.tag == 0 && artifact
	}
	return artifacts[of(ms[0].image+1):]
}

// untagShadowed takes the tag from a manifest whose tag folder holds an index
// too: a pull of that tag gets the index.
func untagShadowed(ms []manifest) {
	var indexes map[uint32]bool
	plain := slices.ContainsFunc(ms, func(m manifest) bool { return !m.index && m.tag != 0 })
	for _, m := range ms {
		if plain && m.index && m.tag != 0 {
			if indexes == nil {
				indexes = map[uint32]bool{}
			}
			indexes[m.tag] = true
		}
	}
	if indexes == nil {
		return
	}
	for i, m := range ms {
		if !m.index && indexes[m.tag] {
			ms[i].tag = 0
		}
	}
}

// sortManifests sorts those of one image, mostly by what their digests begin with:
// a look at a digest waits for memory.
func (p *Pool) sortManifests(ms []manifest) {
	slices.SortFunc(ms, func(m, n manifest) int {
		if m.begin != n.begin {
			return cmp.Compare(m.begin, n.begin)
		}
		return p.compareManifests(m, n)
	})
}

// compareManifests orders those of one image.
func (p *Pool) compareManifests(m, n manifest) int {
	order := p.compare(m.digest, n.digest)
	if order == 0 && m.tag != n.tag {
		order = bytes.Compare(p.text(m.tag), p.text(n.tag))
	}
	return cmp.Or(order, compareBool(m.index, n.index), compareBool(m.artifact, n.artifact))
}

// buildFolders sorts the folders, and joins the records of one.
func (b *Builder) buildFolders(inv *Inventory, moved []uint32) {
	folders, blobs := b.sortedFolders(moved), b.blobs.flat()
	for i := range b.damaged {
		b.damaged[i].image = moved[b.damaged[i].image]
	}
	inv.blobs = make([]uint32, 0, len(blobs))
	kept := 0
	for rest := folders; len(rest) > 0; kept++ {
		joined, first := rest[0], len(inv.blobs)
		n := 0
		for ; n < len(rest) && rest[n].same(&joined); n++ {
			f := rest[n]
			joined.manifest = b.pool.greater(joined.manifest, f.manifest)
			joined.flags |= f.flags
			inv.blobs = append(inv.blobs, blobs[f.first:][:f.count]...)
		}
		own := inv.blobs[first:]
		slices.Sort(own)
		own = slices.Compact(own)
		inv.blobs = inv.blobs[:first+len(own)]
		joined.first, joined.count = uint32(first), uint32(len(own)) //nolint:gosec // 2^32 blobs do not fit into memory
		folders[kept] = joined
		rest = rest[n:]
	}
	inv.folders = folders[:kept]
	if kept < len(folders) {
		inv.folders = slices.Clone(inv.folders)
	}
	slices.SortFunc(b.damaged, damagedBlob.compare)
	inv.damaged = slices.Compact(b.damaged)
	inv.near = nearest(inv.folders, func(f *folder) uint32 { return f.subject })
}

// sortedFolders puts each folder among those of its group of subjects (see nearest),
// and sorts these: a group is nearly always small, and in the processor's caches.
func (b *Builder) sortedFolders(moved []uint32) []folder {
	if b.folders.size == 0 {
		return nil
	}
	greatest := uint32(0)
	for _, chunk := range b.folders.chunks {
		for i := range chunk {
			greatest = max(greatest, chunk[i].subject)
		}
	}
	next := make([]uint32, greatest>>nearBits+2)
	for _, chunk := range b.folders.chunks {
		for i := range chunk {
			next[chunk[i].subject>>nearBits+1]++
		}
	}
	for group := range next[1:] {
		next[group+1] += next[group]
	}
	folders := make([]folder, b.folders.size)
	b.folders.drain(func(f *folder) {
		f.image = moved[f.image]
		group := f.subject >> nearBits
		folders[next[group]] = *f
		next[group]++
	})
	from := uint32(0)
	for _, end := range next[:len(next)-1] { // next is where each ends, by now
		slices.SortFunc(folders[from:end], func(f, g folder) int { return f.compare(&g) })
		from = end
	}
	return folders
}

func (d damagedBlob) compare(e damagedBlob) int {
	return cmp.Or(cmp.Compare(d.subject, e.subject), cmp.Compare(d.family, e.family),
		cmp.Compare(d.image, e.image), cmp.Compare(d.blob, e.blob))
}

// nearest returns where those of each group of numbers begin that are sorted by
// their number, and where the last ends.
func nearest[T any](sorted []T, number func(*T) uint32) []uint32 {
	if len(sorted) == 0 {
		return nil
	}
	near := make([]uint32, number(&sorted[len(sorted)-1])>>nearBits+2)
	for i := range sorted {
		near[number(&sorted[i])>>nearBits+1]++
	}
	for i := range near[1:] {
		near[i+1] += near[i]
	}
	return near
}
