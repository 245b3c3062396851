package plan

import (
	"cmp"
	"slices"
	"sort"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// folder is what an inventory keeps of the folder of one attachment. There are
// millions: it has numbers of the pool alone, and no pointers, so that the
// garbage collector need not look into them.
type folder struct {
	subject  uint32
	manifest uint32 // 0: the folder has no manifest
	image    uint32
	first    uint32 // of its intact blobs, in the inventory's blobs
	count    uint32
	family   cosign.Family
	flags    attachmentFlags
}

type attachmentFlags uint8

// manifestUnreadable marks a manifest that is there, but whose digest the server does not tell.
const manifestUnreadable attachmentFlags = 1

// blobsUnlisted marks a listing that shows no blobs. A registry takes no
// manifest whose blobs are not there, so they are taken for whole.
const blobsUnlisted attachmentFlags = 2

// someDamaged marks a folder that the inventory has damaged blobs of.
const someDamaged attachmentFlags = 4

// damagedBlob is a blob whose file holds other content. There are hardly any.
type damagedBlob struct {
	subject, image uint32
	family         cosign.Family
	blob           uint32
}

func (f *folder) compare(g *folder) int {
	if f.subject != g.subject { // as nearly always
		return cmp.Compare(f.subject, g.subject)
	}
	return cmp.Or(cmp.Compare(f.family, g.family), cmp.Compare(f.image, g.image))
}

// same tells whether two records are of one folder.
func (f *folder) same(g *folder) bool {
	return f.subject == g.subject && f.image == g.image && f.family == g.family
}

// attachment is one of an inventory's; the zero value is none.
type attachment struct {
	*folder
	in *Inventory
}

func (a attachment) none() bool { return a.folder == nil }

// usable tells whether there is a manifest: blobs alone are what an
// interrupted copy left, not an attachment.
func (f *folder) usable() bool { return f.manifest != 0 || f.flags&manifestUnreadable != 0 }

// digest is that of the manifest; zero where there is none.
func (a attachment) digest() oci.Digest { return *a.in.pool.digest(a.manifest) }

func (a attachment) tag() cosign.Tag {
	return cosign.Tag{Subject: *a.in.pool.digest(a.subject), Family: a.family}
}

// ids returns the numbers of the intact blobs, sorted.
func (a attachment) ids() []uint32 { return a.in.blobs[a.first:][:a.count] }

// blobs returns the digests of the intact blobs, sorted.
func (a attachment) blobs() []oci.Digest {
	blobs := make([]oci.Digest, 0, a.count)
	for _, id := range a.ids() {
		blobs = append(blobs, *a.in.pool.digest(id))
	}
	slices.SortFunc(blobs, oci.Digest.Compare)
	return blobs
}

// damaged returns the digests of the blobs whose file holds other content.
func (a attachment) damaged() []oci.Digest {
	if a.flags&someDamaged == 0 {
		return nil
	}
	var blobs []oci.Digest
	of := damagedBlob{subject: a.subject, family: a.family, image: a.image}
	first, _ := slices.BinarySearchFunc(a.in.damaged, of, damagedBlob.compare)
	for _, d := range a.in.damaged[first:] {
		if of.blob = d.blob; d != of {
			break
		}
		blobs = append(blobs, *a.in.pool.digest(d.blob))
	}
	return blobs
}

func (a attachment) hasBlob(d oci.Digest) bool {
	id, known := a.in.pool.find(&d)
	if !known {
		return false
	}
	_, found := slices.BinarySearch(a.ids(), id)
	return found
}

// complete tells whether what the listing shows looks whole: every attachment
// that a tool writes has a config and at least one layer.
func (f *folder) complete() bool {
	return f.flags&blobsUnlisted != 0 || f.count >= 2 && f.flags&someDamaged == 0
}

// lacks returns those of the wanted blobs that the folder does not hold.
func (a attachment) lacks(wanted []oci.Digest) []oci.Digest {
	var lacking []oci.Digest
	if a.flags&blobsUnlisted != 0 {
		return nil
	}
	for _, d := range wanted {
		if !a.hasBlob(d) {
			lacking = append(lacking, d)
		}
	}
	return lacking
}

// holds tells whether the folder lacks none of the other's intact blobs.
func (a attachment) holds(other attachment) bool {
	if a.flags&blobsUnlisted != 0 {
		return true
	}
	there := a.ids()
	for _, id := range other.ids() {
		n := 0
		for n < len(there) && there[n] < id {
			n++
		}
		if there = there[n:]; len(there) == 0 || there[0] != id {
			return false
		}
	}
	return true
}

// attached is everything that an inventory has for one subject, in any image,
// sorted by family and image.
type attached struct {
	in      *Inventory
	folders []folder
	// first is where they begin among the inventory's folders.
	first int
}

// all calls yield with each of them.
func (a attached) all(yield func(attachment) bool) {
	for i := range a.folders {
		if !yield(attachment{&a.folders[i], a.in}) {
			return
		}
	}
}

// pick returns the attachment of that image and family, and where it is among
// the inventory's folders.
func (a attached) pick(image uint32, family cosign.Family) (found attachment, at int) {
	folders, first := a.folders, 0
	if len(folders) > 16 { // a base image in very many image paths
		first = sort.Search(len(folders), func(i int) bool {
			return cmp.Or(cmp.Compare(folders[i].family, family), cmp.Compare(folders[i].image, image)) >= 0
		})
		folders = folders[first:min(first+1, len(folders))]
	}
	for i := range folders {
		if f := &folders[i]; f.image == image && f.family == family {
			return attachment{f, a.in}, a.first + first + i
		}
	}
	return attachment{}, 0
}
