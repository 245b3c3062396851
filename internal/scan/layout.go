package scan

import (
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// The names of files in Artifactory's docker layout.
const (
	manifestName = "manifest.json"
	indexName    = "list.manifest.json"
	blobPrefix   = "sha256__"
	// A digest folder is spelled with a colon in a local repository and like a
	// blob in the cache of a remote one.
	digestPrefix      = "sha256:"
	cacheDigestPrefix = "sha256__"
	uploads           = "_uploads"
	metadata          = ".jfrog"
)

// EmptyConfigName is the file of the empty config (oci.Empty), which tells the
// folder of an artifact from that of an image.
const EmptyConfigName = blobPrefix + "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

// AttachmentPath returns the path of a file of an attachment, relative to the repository.
func AttachmentPath(image string, tag cosign.Tag, file plan.File) string {
	name := manifestName
	if !file.Manifest {
		name = blobPrefix + file.Digest.Hex()
	}
	return image + "/" + tag.String() + "/" + name
}

// reading interprets the files of one listing. Those of a folder usually come
// together, so that what its path says is kept until another comes.
type reading struct {
	builder *plan.Builder

	path          string
	ignored       bool
	image, folder string
	tag           cosign.Tag
	attached      bool // the folder is that of an attachment
}

// add interprets one file.
func (r *reading) add(f File) {
	if f.Path != r.path || r.path == "" {
		r.enter(f.Path)
	}
	switch {
	case r.ignored:
	case r.attached:
		addAttachment(r.builder, r.image, r.tag, f)
	case f.Name == manifestName || f.Name == indexName:
		addManifest(r.builder, r.image, r.folder, f)
	case f.Name == EmptyConfigName:
		if digest, ok := digestFolder(r.folder); ok {
			r.builder.Artifact(r.image, digest)
		}
	}
}

// enter notes what the path of a folder says.
func (r *reading) enter(path string) {
	image, folder, ok := cutLast(path)
	r.path, r.image, r.folder, r.ignored = path, image, folder, !ok || isInternal(path)
	r.tag, r.attached = cosign.ParseTag(folder)
}

func addAttachment(b *plan.Builder, image string, tag cosign.Tag, f File) {
	if f.Name == manifestName {
		b.AttachmentManifest(image, tag, f.Digest)
		return
	}
	digits, ok := strings.CutPrefix(f.Name, blobPrefix)
	if !ok {
		return
	}
	// A marker of a layer that a remote cache never fetched has a suffix, and
	// is no blob.
	named, err := oci.ParseHex(digits)
	if err != nil {
		return
	}
	b.AttachmentBlob(image, tag, named, f.Digest.IsZero() || f.Digest == named)
}

func addManifest(b *plan.Builder, image, folder string, f File) {
	index := f.Name == indexName
	if digest, ok := digestFolder(folder); ok {
		if !f.Digest.IsZero() {
			digest = f.Digest
		}
		b.Manifest(image, "", digest, index)
		return
	}
	if named, ok := cosign.ParseFallbackTag(folder); ok {
		// Some tools tag an image with its own digest. A referrers index under
		// that tag is derived data and no image.
		switch {
		case f.Digest == named:
			b.Manifest(image, "", named, index)
		case index:
			b.Fallback(image, named, f.Digest)
		}
		return
	}
	if f.Digest.IsZero() {
		b.UnreadableManifest(image, folder)
		return
	}
	b.Manifest(image, folder, f.Digest, index)
}
