package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Builder collects what a listing shows, in any order, into an Inventory.
type Builder struct {
	repository string
	ids        map[string]uint32
	images     []string
	manifests  []manifest
	files      []file
	unreadable []Unreadable
}

// file is one file of an attachment's folder.
type file struct {
	tag    cosign.Tag
	digest oci.Digest
	image  uint32
	kind   fileKind
}

type fileKind uint8

const (
	manifestFile fileKind = iota
	unreadableManifestFile
	blobFile
	damagedFile
)

// NewBuilder starts the inventory of one repository.
func NewBuilder(repository string) *Builder {
	return &Builder{repository: repository, ids: map[string]uint32{}}
}

// Manifest adds an image manifest or index; tag is "" for one that was pushed
// by digest.
func (b *Builder) Manifest(image, tag string, digest oci.Digest, index bool) {
	// The tag is cloned, because it may be a part of a path that need not be kept.
	b.manifests = append(b.manifests, manifest{digest: digest, tag: strings.Clone(tag), image: b.id(image), index: index})
}

// UnreadableManifest adds a tagged manifest whose digest the server does not tell.
func (b *Builder) UnreadableManifest(image, tag string) {
	b.unreadable = append(b.unreadable, Unreadable{Image: image, Tag: tag})
}

// AttachmentManifest adds the manifest of an attachment. A zero digest says
// that the server does not tell it.
func (b *Builder) AttachmentManifest(image string, tag cosign.Tag, digest oci.Digest) {
	kind := manifestFile
	if digest.IsZero() {
		kind = unreadableManifestFile
	}
	b.files = append(b.files, file{tag: tag, digest: digest, image: b.id(image), kind: kind})
}

// AttachmentBlob adds a blob of an attachment by the digest that its name
// says; intact tells whether its content has that digest.
func (b *Builder) AttachmentBlob(image string, tag cosign.Tag, digest oci.Digest, intact bool) {
	kind := blobFile
	if !intact {
		kind = damagedFile
	}
	b.files = append(b.files, file{tag: tag, digest: digest, image: b.id(image), kind: kind})
}

// Build returns the inventory and leaves the builder empty.
func (b *Builder) Build() *Inventory {
	b.renumber()
	b.untagShadowed()
	slices.SortFunc(b.manifests, manifest.compare)
	slices.SortFunc(b.files, file.compare)
	slices.SortFunc(b.unreadable, func(x, y Unreadable) int {
		return cmp.Or(cmp.Compare(x.Image, y.Image), cmp.Compare(x.Tag, y.Tag))
	})
	inv := &Inventory{
		repository:  b.repository,
		images:      b.images,
		manifests:   slices.Clip(slices.Compact(b.manifests)),
		attachments: gather(slices.Compact(b.files)),
		unreadable:  b.unreadable,
	}
	*b = *NewBuilder(b.repository)
	return inv
}

func (b *Builder) id(image string) uint32 {
	id, ok := b.ids[image]
	if !ok {
		id = uint32(len(b.images)) //nolint:gosec // 2^32 image paths do not fit into memory
		image = strings.Clone(image)
		b.ids[image] = id
		b.images = append(b.images, image)
	}
	return id
}

// renumber sorts the image paths, so that numbers compare as paths do.
func (b *Builder) renumber() {
	slices.Sort(b.images)
	moved := make([]uint32, len(b.images))
	for now, image := range b.images {
		moved[b.ids[image]] = uint32(now) //nolint:gosec // see id
	}
	for i := range b.manifests {
		b.manifests[i].image = moved[b.manifests[i].image]
	}
	for i := range b.files {
		b.files[i].image = moved[b.files[i].image]
	}
}

// untagShadowed takes the tag from a manifest whose tag folder holds an index
// too: a pull of that tag gets the index.
func (b *Builder) untagShadowed() {
	type tagged struct {
		tag   string
		image uint32
	}
	indexes := map[tagged]bool{}
	for _, m := range b.manifests {
		if m.index && m.tag != "" {
			indexes[tagged{m.tag, m.image}] = true
		}
	}
	for i, m := range b.manifests {
		if !m.index && indexes[tagged{m.tag, m.image}] {
			b.manifests[i].tag = ""
		}
	}
}

func (f file) compare(g file) int {
	return cmp.Or(f.tag.Subject.Compare(g.tag.Subject), cmp.Compare(f.tag.Family, g.tag.Family),
		cmp.Compare(f.image, g.image), cmp.Compare(f.kind, g.kind), f.digest.Compare(g.digest))
}

// gather makes attachments of sorted files. All blobs lie in one array: an
// attachment has a few, and an array of its own each would cost more than they do.
func gather(files []file) []attachment {
	folders, blobs := 0, 0
	for i, f := range files {
		if i == 0 || f.tag != files[i-1].tag || f.image != files[i-1].image {
			folders++
		}
		if f.kind == blobFile {
			blobs++
		}
	}
	attachments := make([]attachment, 0, folders)
	arena := make([]oci.Digest, 0, blobs)
	for _, f := range files {
		n := len(attachments)
		if n == 0 || attachments[n-1].Tag != f.tag || attachments[n-1].image != f.image {
			attachments = append(attachments, attachment{Tag: f.tag, image: f.image})
			n++
		}
		a := &attachments[n-1]
		switch f.kind {
		case manifestFile:
			a.manifest = f.digest
		case unreadableManifestFile:
			a.flags |= manifestUnreadable
		case blobFile:
			arena = append(arena, f.digest)
			start := len(arena) - len(a.blobs) - 1
			a.blobs = arena[start:len(arena):len(arena)]
		case damagedFile:
			a.damaged = append(a.damaged, f.digest)
		}
	}
	return attachments
}
