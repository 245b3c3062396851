package plan

import (
	"encoding/binary"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Builder collects what a listing shows, in any order, into an Inventory.
type Builder struct {
	repository string
	pool       *Pool
	ids        map[string]uint32
	images     []string
	manifests  chunked[manifest]
	folders    chunked[folder] // a folder has several where its files did not come together, or several manifests did
	blobs      chunked[uint32] // of the folders, one after the other
	damaged    []damagedBlob
	fallbacks  []fallback
	artifacts  chunked[place]
	unreadable []Unreadable
	tagsOnly   bool
	strangers  strangers
	own        func(image string) bool
	signatures bool     // of strangers are kept
	listed     *pending // nil until there are some
	subjects   *pending

	// What came last: the rows of a listing that belong together usually come together.
	image   string
	imageID uint32
	tag     cosign.Tag
	whole   bool   // the folder that came last has its manifest
	asked   string // see foreign
	other   bool
}

// NewBuilder starts the inventory of one repository, with a pool of its own. To
// compare inventories of different pools costs more.
func NewBuilder(repository string) *Builder { return NewPool().Builder(repository) }

// Only narrows the inventory to the images that own names, which is asked for the
// image that a nested attachment folder lies in. It keeps of the others what says
// something of these: which digests are attachments, and whose signatures lie
// where, which a source is asked. nil is all images.
func (b *Builder) Only(own func(image string) bool, source bool) { b.own, b.signatures = own, source }

// foreign tells of an image that is not the inventory's own. Files come folder by
// folder, so the last answer is kept.
func (b *Builder) foreign(image string) bool {
	if b.own == nil {
		return false
	}
	if b.asked != image {
		b.asked, b.other = image, !b.own(outermostImage(image))
	}
	return b.other
}

// Manifest adds an image manifest or index; tag is "" for one that was pushed
// by digest.
func (b *Builder) Manifest(image, tag string, digest oci.Digest, index bool) {
	if b.foreign(image) {
		return
	}
	m := b.manifests.add(manifest{
		tag: b.pool.tag(tag), image: b.id(image), begin: binary.BigEndian.Uint16(digest[:]), index: index,
	})
	b.number(&digest, &m.digest)
}

// Artifact notes that the folder of a manifest by digest holds the empty config
// that artifacts have in place of an image's.
func (b *Builder) Artifact(image string, digest oci.Digest) {
	if b.foreign(image) {
		return
	}
	b.artifacts.add(place{b.pool.id(&digest), b.id(image)})
}

// Fallback adds the tag of a referrers index, with the digest of the index;
// zero where the listing does not tell it.
func (b *Builder) Fallback(image string, subject, index oci.Digest) {
	if b.foreign(image) {
		return
	}
	b.fallbacks = append(b.fallbacks, fallback{b.pool.id(&subject), b.id(image), b.pool.id(&index)})
}

// TagsOnly notes that the listing shows manifests with tags alone.
func (b *Builder) TagsOnly() { b.tagsOnly = true }

// UnreadableManifest adds a tagged manifest whose digest the server does not tell.
func (b *Builder) UnreadableManifest(image, tag string) {
	if b.foreign(image) {
		return
	}
	b.unreadable = append(b.unreadable, Unreadable{Image: strings.Clone(image), Tag: strings.Clone(tag)})
}

// AttachmentManifest adds the manifest of an attachment. A zero digest says
// that the server does not tell it.
func (b *Builder) AttachmentManifest(image string, tag cosign.Tag, digest oci.Digest) {
	if b.foreign(image) {
		b.strange(image, tag, digest)
		return
	}
	f := b.folder(image, tag)
	if digest.IsZero() {
		f.flags |= manifestUnreadable
		return
	}
	if b.whole {
		f = b.newFolder(tag)
	}
	b.whole = true
	b.number(&digest, &f.manifest)
}

// AttachmentBlob adds a blob of an attachment by the digest that its name
// says; intact tells whether its content has that digest.
func (b *Builder) AttachmentBlob(image string, tag cosign.Tag, digest oci.Digest, intact bool) {
	if b.foreign(image) {
		return
	}
	f := b.folder(image, tag)
	if intact {
		b.number(&digest, b.blobs.add(0))
		f.count++
		return
	}
	f.flags |= someDamaged
	b.damaged = append(b.damaged, damagedBlob{
		subject: b.pool.id(&tag.Subject), image: f.image, family: f.family, blob: b.pool.id(&digest),
	})
}

// number has the number of a digest that was listed written, by Build at the latest.
func (b *Builder) number(digest *oci.Digest, to *uint32) {
	if b.listed == nil {
		b.listed = &pending{ordered: true}
	}
	b.listed.number(b.pool, digest, to)
}

// AttachmentByName adds an attachment of which the listing shows the manifest
// alone: its blobs are taken for whole.
func (b *Builder) AttachmentByName(image string, tag cosign.Tag, digest oci.Digest) {
	b.AttachmentManifest(image, tag, digest)
	if !b.foreign(image) {
		b.folder(image, tag).flags |= blobsUnlisted
	}
}

// strange takes in the manifest of an attachment of an image that is not the
// inventory's own. Its digests do not go into the pool, which would never forget them.
func (b *Builder) strange(image string, tag cosign.Tag, digest oci.Digest) {
	if !digest.IsZero() {
		b.strangers.manifests = append(b.strangers.manifests, digest)
	}
	if b.signatures && tag.Family == cosign.Signature && !nestedFolder(image) {
		b.strangers.sign(tag.Subject, image)
	}
}

// folder returns the record of that folder that came last, or a new one; the
// record is the last one until the next call. There is no map of folders: it would
// take more than all the rest. Build joins what belongs together.
func (b *Builder) folder(image string, tag cosign.Tag) *folder {
	id := b.id(image)
	if last := b.folders.last(); last != nil && last.image == id && b.tag == tag {
		return last
	}
	return b.newFolder(tag)
}

// newFolder returns a new record, of a folder of the image that came last.
func (b *Builder) newFolder(tag cosign.Tag) *folder {
	b.tag, b.whole = tag, false
	f := b.folders.add(folder{
		family: tag.Family, image: b.imageID,
		first: uint32(b.blobs.size), //nolint:gosec // 2^32 blobs do not fit into memory
	})
	if b.subjects == nil {
		b.subjects = new(pending)
	}
	b.subjects.number(b.pool, &tag.Subject, &f.subject)
	return f
}

// settle writes the numbers that are not written yet.
func (b *Builder) settle() {
	for _, q := range []*pending{b.listed, b.subjects} {
		if q != nil {
			q.settle(b.pool)
		}
	}
	b.listed, b.subjects = nil, nil // they hold on to what they wrote to
}

func (b *Builder) id(image string) uint32 {
	if image == b.image && len(b.images) > 0 {
		return b.imageID
	}
	id, ok := b.ids[image]
	if !ok {
		id = uint32(len(b.images)) //nolint:gosec // 2^32 image paths do not fit into memory
		image = b.pool.path(image)
		b.ids[image] = id
		b.images = append(b.images, image)
	}
	b.image, b.imageID = image, id
	return id
}
