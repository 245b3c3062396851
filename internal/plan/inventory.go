package plan

import (
	"cmp"
	"slices"
	"sort"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Inventory is what one repository holds: its manifests and the attachments in
// cosign's tag scheme. It is read-only and safe for concurrent use. Everything
// lies in sorted arrays of numbers, which the pool says the digests and tags of:
// a manifest takes 16 bytes and an attachment 24, and 4 for each blob.
type Inventory struct {
	repository string
	pool       *Pool
	images     []string      // sorted: comparing numbers compares paths
	starts     []uint32      // by image, where its manifests begin; one more at the end
	manifests  []manifest    // sorted by image, digest, tag
	folders    []folder      // sorted by the numbers of the subject, family, image
	near       []uint32      // see of
	blobs      []uint32      // of the folders
	damaged    []damagedBlob // of those that have some
	fallbacks  []fallback    // sorted by image, subject
	unreadable []Unreadable  // sorted
	tagsOnly   bool
	strangers  strangers // what is known of images that it does not hold
}

// fallback is the tag of a referrers index.
type fallback struct {
	subject uint32
	image   uint32
	index   uint32 // 0 where the listing does not tell it
}

// Unreadable is a manifest file whose digest the server does not tell.
type Unreadable struct {
	Image, Tag string
}

// manifest is one tag or digest folder of an image.
type manifest struct {
	digest uint32
	tag    uint32 // 0 for a manifest that was pushed by digest
	image  uint32
	begin  uint16 // what the digest begins with
	index  bool
	// artifact tells that its folder holds the empty config of artifacts, which images do not have.
	artifact bool
}

// Repository is the key of the repository that the inventory describes.
func (inv *Inventory) Repository() string { return inv.repository }

// Manifests returns how many manifests the inventory holds, one for each tag and digest folder.
func (inv *Inventory) Manifests() int { return len(inv.manifests) }

// Attachments returns how many attachments the inventory holds.
func (inv *Inventory) Attachments() int { return len(inv.folders) }

// AttachmentsBeside returns how many attachments are in other images than those.
func (inv *Inventory) AttachmentsBeside(images []string) int {
	among := make([]bool, len(inv.images))
	for _, image := range images {
		if id, ok := inv.id(image); ok {
			among[id] = true
		}
	}
	beside := 0
	for i := range inv.folders {
		if !among[inv.folders[i].image] {
			beside++
		}
	}
	return beside
}

// HasFile tells whether the attachment folder of that image holds the file,
// with that content. Where the server tells no checksum of a blob, its name counts.
func (inv *Inventory) HasFile(image string, tag cosign.Tag, file File) bool {
	at, ok := inv.at(image, tag)
	if !ok {
		return false
	}
	if file.Manifest {
		return at.digest() == file.Digest
	}
	return at.hasBlob(file.Digest)
}

// ManifestOf returns the digest of an attachment's manifest, zero where the
// server does not tell it, and whether there is one.
func (inv *Inventory) ManifestOf(image string, tag cosign.Tag) (oci.Digest, bool) {
	a, ok := inv.at(image, tag)
	if !ok || !a.usable() {
		return oci.Digest{}, false
	}
	return a.digest(), true
}

func (inv *Inventory) at(image string, tag cosign.Tag) (attachment, bool) {
	id, ok := inv.id(image)
	if !ok {
		return attachment{}, false
	}
	a, _ := inv.about(tag.Subject).pick(id, tag.Family)
	return a, !a.none()
}

// id returns the number of an image path, and whether there is such an image.
func (inv *Inventory) id(image string) (uint32, bool) {
	at, ok := slices.BinarySearch(inv.images, image)
	return uint32(at), ok //nolint:gosec // 2^32 image paths do not fit into memory
}

// about returns everything attached to a subject, in any image.
func (inv *Inventory) about(subject oci.Digest) attached {
	id, known := inv.pool.find(&subject)
	if !known {
		return attached{in: inv}
	}
	return inv.of(id)
}

// nearBits says how many subjects share an entry of near: so many that it stays
// in the processor's caches, and so few that a look through their folders is short.
const nearBits = stripeBits + 2

// of returns everything attached to a subject, in any image. A binary search
// over a million would wait for memory at every step: near says where the
// folders of subjects begin that have numbers like its own.
func (inv *Inventory) of(subject uint32) attached {
	all := attached{in: inv}
	group := int(subject >> nearBits)
	if group+1 >= len(inv.near) {
		return all
	}
	begin, end := int(inv.near[group]), int(inv.near[group+1])
	if end-begin > 2<<nearBits { // somebody has very many for one subject
		folders := inv.folders[begin:end]
		end = begin + sort.Search(len(folders), func(i int) bool { return folders[i].subject > subject })
		begin += sort.Search(len(folders), func(i int) bool { return folders[i].subject >= subject })
	}
	for begin < end && inv.folders[begin].subject < subject {
		begin++
	}
	for begin < end && inv.folders[end-1].subject > subject {
		end--
	}
	all.folders, all.first = inv.folders[begin:end], begin
	return all
}

// HasFallback tells whether the image has the tag of a referrers index of that subject.
func (inv *Inventory) HasFallback(image string, subject oci.Digest) bool {
	id, ok := inv.id(image)
	number, known := inv.pool.find(&subject)
	return ok && known && inv.fallback(id, number) != nil
}

func (inv *Inventory) fallback(image, subject uint32) *fallback {
	if len(inv.fallbacks) == 0 {
		return nil
	}
	at, found := slices.BinarySearchFunc(inv.fallbacks, fallback{subject: subject, image: image}, inv.pool.compareFallbacks)
	if !found {
		return nil
	}
	return &inv.fallbacks[at]
}

func (p *Pool) compareFallbacks(f, g fallback) int {
	return cmp.Or(cmp.Compare(f.image, g.image), p.compare(f.subject, g.subject))
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
		subjects = append(subjects, *inv.pool.digest(f.subject))
	}
	return subjects
}

// HasManifest tells whether the image holds the manifest, under a tag or by digest.
func (inv *Inventory) HasManifest(image string, digest oci.Digest) bool {
	id, ok := inv.id(image)
	number, known := inv.pool.find(&digest)
	return ok && known && inv.hasManifest(id, number)
}

// Subjects returns the digests of all that something may be attached to: the
// manifests, and those of attachments.
func (inv *Inventory) Subjects() map[oci.Digest]bool {
	subjects := make(map[oci.Digest]bool, len(inv.manifests)+len(inv.folders))
	for i := range inv.manifests {
		subjects[*inv.pool.digest(inv.manifests[i].digest)] = true
	}
	for i := range inv.folders {
		subjects[*inv.pool.digest(inv.folders[i].manifest)] = true
	}
	return subjects
}

// Places returns the manifests by image, those of attachments too.
func (inv *Inventory) Places() map[Place]bool {
	places := make(map[Place]bool, len(inv.manifests)+len(inv.folders))
	for _, m := range inv.manifests {
		places[Place{inv.images[m.image], *inv.pool.digest(m.digest)}] = true
	}
	for _, f := range inv.folders {
		places[Place{inv.images[f.image], *inv.pool.digest(f.manifest)}] = true
	}
	return places
}

// TagsOnly tells whether manifests without a tag are not in the inventory,
// though they may be in the repository.
func (inv *Inventory) TagsOnly() bool { return inv.tagsOnly }

// inImage returns the manifests of one image.
func (inv *Inventory) inImage(image uint32) []manifest {
	return inv.manifests[inv.starts[image]:inv.starts[image+1]]
}

// hides tells whether the image has a manifest whose digest is not known.
func (inv *Inventory) hides(image string) bool {
	return slices.ContainsFunc(inv.unreadable, func(u Unreadable) bool { return u.Image == image })
}

// hasManifest tells whether the image has a manifest. Going through the numbers
// of some hundred is quicker than looking up the digests that a search compares.
func (inv *Inventory) hasManifest(image, digest uint32) bool {
	all := inv.inImage(image)
	for len(all) > 256 {
		middle := len(all) / 2
		if inv.pool.compare(all[middle].digest, digest) <= 0 {
			all = all[middle:]
		} else {
			all = all[:middle]
		}
	}
	return slices.ContainsFunc(all, func(m manifest) bool { return m.digest == digest })
}

// tags returns the tags among manifests, as they lie there.
func (inv *Inventory) tags(ms []manifest) []string {
	var tags []string
	for _, m := range ms {
		if m.tag != 0 {
			tags = append(tags, string(inv.pool.text(m.tag)))
		}
	}
	return tags
}

// sharing returns the inventory, with the numbers of that pool.
func (inv *Inventory) sharing(p *Pool) *Inventory {
	if inv.pool == p {
		return inv
	}
	b := p.Builder(inv.repository)
	b.take(inv, nil)
	return b.Build()
}
