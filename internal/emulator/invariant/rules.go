package invariant

import (
	"fmt"
	"slices"
	"strings"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

const signatureKey = "dev.cosignproject.cosign/signature"

// foreign says why a file is none that belongs to an attachment or an index.
func (f file) foreign() string {
	switch {
	case f.kind == underWay, f.kind == serverIndex:
		return ""
	case f.kind == ofAnImage, f.kind == fallback && f.isBlob, !f.isManifest && !f.isBlob:
		return "it is no attachment"
	case f.kind == fallback && f.isThere:
		return f.strangers()
	case f.kind == byDigest:
		return f.ofNoSubject()
	default:
		return ""
	}
}

// ofNoSubject says what is by digest and refers to nothing.
func (f file) ofNoSubject() string {
	if f.isThere && f.after.Subject == nil {
		return "it is a manifest without a subject, which is no attachment"
	}
	if m, ok := f.beside(); f.isBlob && ok && m.Subject == nil {
		return "it is a blob of a manifest without a subject"
	}
	return ""
}

// strangers says what new entries of an index refer to another subject.
func (f file) strangers() string {
	if !f.after.Index {
		return "it is under the tag of a referrers index, and is none"
	}
	subject := strings.Replace(f.folder, "-", ":", 1)
	for _, entry := range f.after.Children {
		m, ok := f.manifest(entry.Digest.String())
		if ok && !listed(f.before.Children, entry) && (m.Subject == nil || m.Subject.Digest.String() != subject) {
			return fmt.Sprintf("its entry %s refers to something else", entry.Digest)
		}
	}
	return ""
}

// hollow says what a manifest names that is not there.
func (f file) hollow() string {
	if f.isBlob && f.After == nil {
		if m, ok := f.beside(); ok && listed(m.Blobs(), v1.Descriptor{Digest: digestOf(f.name)}) {
			return "the manifest beside it names this blob, and it is gone"
		}
		return ""
	}
	if !f.isThere {
		return ""
	}
	for _, blob := range f.after.Blobs() {
		if _, ok := f.look(f.Repo, f.image+"/"+f.folder+"/"+docker.BlobFile(blob.Digest.String())); !ok && len(blob.URLs) == 0 {
			return fmt.Sprintf("it is there before its blob %s", blob.Digest)
		}
	}
	for _, child := range f.after.Children {
		if _, ok := f.manifest(child.Digest.String()); !ok && !listed(f.before.Children, child) {
			return fmt.Sprintf("it is there before its entry %s", child.Digest)
		}
	}
	return ""
}

// lost says what was in a set before and is not any more.
func (f file) lost() string {
	switch {
	case f.kind == serverIndex:
		return f.unlisted()
	case !f.wasThere:
		return ""
	case f.kind == attachment:
		return missing(signatures(f.before.Layers), signatures(f.after.Layers))
	case f.kind == fallback:
		return missing(digests(f.before.Children), digests(f.after.Children))
	case f.kind == byDigest && !f.isThere:
		return "the referrer is gone"
	}
	return ""
}

// unlisted says which entries the server's own index lost.
func (f file) unlisted() string {
	after := entries(f.After)
	for subject, list := range entries(f.Before) {
		if problem := missing(digests(list), digests(after[subject])); problem != "" {
			return problem + " for " + subject
		}
	}
	return ""
}

func missing(before, after []string) string {
	for _, one := range before {
		if !slices.Contains(after, one) {
			return "the set lost " + one
		}
	}
	return ""
}

// signatures tells layers apart: two signers sign the same payload.
func signatures(layers []v1.Descriptor) []string {
	var keys []string
	for _, l := range layers {
		keys = append(keys, fmt.Sprint(l.Digest, " ", l.MediaType, " ", l.Annotations[signatureKey]))
	}
	return keys
}

func digests(list []v1.Descriptor) []string {
	var found []string
	for _, d := range list {
		found = append(found, d.Digest.String())
	}
	return found
}

func listed(list []v1.Descriptor, want v1.Descriptor) bool {
	return slices.ContainsFunc(list, func(d v1.Descriptor) bool { return d.Digest == want.Digest })
}
