package plan

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Builder collects what a listing shows, in any order, into an Inventory.
type Builder struct {
	repository  string
	ids         map[string]uint32
	images      []string
	manifests   []manifest
	folders     map[folder]uint32 // into attachments
	attachments []attachment
	fallbacks   []fallback
	artifacts   map[place]bool
	unreadable  []Unreadable
	tagsOnly    bool
	strangers   strangers
	own         func(image string) bool
	signatures  bool     // of strangers are kept
	last        struct { // see foreign
		image   string
		foreign bool
	}
}

// folder names an attachment's folder.
type folder struct {
	cosign.Tag
	image uint32
}

// NewBuilder starts the inventory of one repository.
func NewBuilder(repository string) *Builder {
	return &Builder{repository: repository, ids: map[string]uint32{}, folders: map[folder]uint32{}, artifacts: map[place]bool{}}
}

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
	if b.last.image != image {
		b.last.image, b.last.foreign = image, !b.own(outermostImage(image))
	}
	return b.last.foreign
}

// Manifest adds an image manifest or index; tag is "" for one that was pushed
// by digest.
func (b *Builder) Manifest(image, tag string, digest oci.Digest, index bool) {
	if b.foreign(image) {
		return
	}
	// The tag is cloned, because it may be a part of a path that need not be kept.
	b.manifests = append(b.manifests, manifest{digest: digest, tag: strings.Clone(tag), image: b.id(image), index: index})
}

// Artifact notes that the folder of a manifest by digest holds the empty config
// that artifacts have in place of an image's.
func (b *Builder) Artifact(image string, digest oci.Digest) {
	if b.foreign(image) {
		return
	}
	b.artifacts[place{digest, b.id(image)}] = true
}

// Fallback adds the tag of a referrers index, with the digest of the index;
// zero where the listing does not tell it.
func (b *Builder) Fallback(image string, subject, index oci.Digest) {
	if b.foreign(image) {
		return
	}
	b.fallbacks = append(b.fallbacks, fallback{subject, b.id(image), index})
}

// TagsOnly notes that the listing shows manifests with tags alone.
func (b *Builder) TagsOnly() { b.tagsOnly = true }

// UnreadableManifest adds a tagged manifest whose digest the server does not tell.
func (b *Builder) UnreadableManifest(image, tag string) {
	if b.foreign(image) {
		return
	}
	b.unreadable = append(b.unreadable, Unreadable{Image: image, Tag: tag})
}

// AttachmentManifest adds the manifest of an attachment. A zero digest says
// that the server does not tell it.
func (b *Builder) AttachmentManifest(image string, tag cosign.Tag, digest oci.Digest) {
	if b.foreign(image) {
		b.strange(image, tag, digest)
		return
	}
	a := b.attachment(image, tag)
	if digest.IsZero() {
		a.flags |= manifestUnreadable
	}
	if digest.Compare(a.manifest) > 0 {
		a.manifest = digest
	}
}

// AttachmentBlob adds a blob of an attachment by the digest that its name
// says; intact tells whether its content has that digest.
func (b *Builder) AttachmentBlob(image string, tag cosign.Tag, digest oci.Digest, intact bool) {
	if b.foreign(image) {
		return
	}
	a := b.attachment(image, tag)
	if intact {
		a.addBlob(digest)
	} else {
		a.addDamaged(digest)
	}
}

// AttachmentByName adds an attachment of which the listing shows the manifest
// alone: its blobs are taken for whole.
func (b *Builder) AttachmentByName(image string, tag cosign.Tag, digest oci.Digest) {
	b.AttachmentManifest(image, tag, digest)
	if !b.foreign(image) {
		b.attachment(image, tag).flags |= blobsUnlisted
	}
}

// strange takes in the manifest of an attachment of an image that is not the
// inventory's own.
func (b *Builder) strange(image string, tag cosign.Tag, digest oci.Digest) {
	if !digest.IsZero() {
		b.strangers.manifests = append(b.strangers.manifests, digest)
	}
	if b.signatures && tag.Family == cosign.Signature && !nestedFolder(image) {
		b.strangers.sign(tag.Subject, image)
	}
}

// attachment returns the attachment of that folder, made if need be; the
// pointer is good until the next call.
func (b *Builder) attachment(image string, tag cosign.Tag) *attachment {
	f := folder{tag, b.id(image)}
	at, ok := b.folders[f]
	if !ok {
		at = uint32(len(b.attachments)) //nolint:gosec // 2^32 attachments do not fit into memory
		b.folders[f] = at
		b.attachments = append(b.attachments, attachment{Tag: tag, image: f.image})
	}
	return &b.attachments[at]
}

// Build returns the inventory and leaves the builder empty.
func (b *Builder) Build() *Inventory {
	b.markArtifacts()
	b.renumber()
	b.untagShadowed()
	slices.SortFunc(b.manifests, manifest.compare)
	sort.Sort(byFolder(b.attachments))
	slices.SortFunc(b.unreadable, func(x, y Unreadable) int {
		return cmp.Or(cmp.Compare(x.Image, y.Image), cmp.Compare(x.Tag, y.Tag))
	})
	slices.SortFunc(b.fallbacks, fallback.compare)
	b.strangers.sort()
	inv := &Inventory{
		fallbacks:   slices.Compact(b.fallbacks),
		tagsOnly:    b.tagsOnly,
		repository:  b.repository,
		images:      b.images,
		manifests:   slices.Clip(slices.Compact(b.manifests)),
		attachments: b.attachments,
		unreadable:  b.unreadable,
		strangers:   b.strangers,
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

func (b *Builder) markArtifacts() {
	if len(b.artifacts) == 0 {
		return
	}
	for i, m := range b.manifests {
		b.manifests[i].artifact = m.tag == "" && b.artifacts[place{m.digest, m.image}]
	}
}

// renumber sorts the image paths, so that numbers compare as paths do.
func (b *Builder) renumber() {
	slices.Sort(b.images)
	moved := make([]uint32, len(b.images))
	for now, image := range b.images {
		moved[b.ids[image]] = uint32(now)
	}
	for i := range b.manifests {
		b.manifests[i].image = moved[b.manifests[i].image]
	}
	for i := range b.fallbacks {
		b.fallbacks[i].image = moved[b.fallbacks[i].image]
	}
	for i := range b.attachments {
		b.attachments[i].image = moved[b.attachments[i].image]
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

// byFolder sorts in place: slices.SortFunc would hand every attachment to its
// comparison by value.
type byFolder []attachment

func (s byFolder) Len() int           { return len(s) }
func (s byFolder) Less(i, j int) bool { return s[i].compare(&s[j]) < 0 }
func (s byFolder) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
