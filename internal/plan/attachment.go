package plan

import (
	"cmp"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// attachment is the folder of one attachment. There may be millions: the two
// blobs that a usual one has lie in it, and whatever is rare behind one pointer.
type attachment struct {
	cosign.Tag
	manifest oci.Digest // zero: the folder has no manifest
	image    uint32
	flags    attachmentFlags
	count    uint8                // of few
	few      [fewBlobs]oci.Digest // sorted; unused once there are more
	more     *more
}

// fewBlobs is what a config and one layer need.
const fewBlobs = 2

type more struct {
	blobs   []oci.Digest // sorted; all of them, or none
	damaged []oci.Digest // sorted; blobs whose file holds other content
}

type attachmentFlags uint8

// manifestUnreadable marks a manifest that is there, but whose digest the server does not tell.
const manifestUnreadable attachmentFlags = 1

// blobsUnlisted marks a listing that shows no blobs. A registry takes no
// manifest whose blobs are not there, so they are taken for whole.
const blobsUnlisted attachmentFlags = 2

func (a *attachment) compare(b *attachment) int {
	return cmp.Or(a.Subject.Compare(b.Subject), cmp.Compare(a.Family, b.Family), cmp.Compare(a.image, b.image))
}

// blobs returns the digests of the intact blobs, sorted.
func (a *attachment) blobs() []oci.Digest {
	if a.more != nil && a.more.blobs != nil {
		return a.more.blobs
	}
	return a.few[:a.count]
}

func (a *attachment) damaged() []oci.Digest {
	if a.more == nil {
		return nil
	}
	return a.more.damaged
}

func (a *attachment) addBlob(d oci.Digest) {
	blobs := a.blobs()
	at, found := slices.BinarySearchFunc(blobs, d, oci.Digest.Compare)
	switch {
	case found:
	case len(blobs) < fewBlobs:
		copy(a.few[at+1:], a.few[at:a.count])
		a.few[at] = d
		a.count++
	default:
		a.rare().blobs = slices.Insert(slices.Clip(blobs), at, d)
	}
}

func (a *attachment) addDamaged(d oci.Digest) {
	r := a.rare()
	if at, found := slices.BinarySearchFunc(r.damaged, d, oci.Digest.Compare); !found {
		r.damaged = slices.Insert(r.damaged, at, d)
	}
}

func (a *attachment) rare() *more {
	if a.more == nil {
		a.more = &more{}
	}
	return a.more
}

func (a *attachment) hasBlob(d oci.Digest) bool {
	_, found := slices.BinarySearchFunc(a.blobs(), d, oci.Digest.Compare)
	return found
}

// complete tells whether what the listing shows looks whole: every attachment
// that a tool writes has a config and at least one layer.
func (a *attachment) complete() bool {
	return a.flags&blobsUnlisted != 0 || len(a.blobs()) >= 2 && len(a.damaged()) == 0
}

// lacks returns those of the wanted blobs that the folder does not hold.
func (a *attachment) lacks(wanted []oci.Digest) []oci.Digest {
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
