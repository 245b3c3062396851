package seed

import (
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Fallback is the index of referrers that clients keep under the tag
// sha256-<hex> where there is no Referrers API.
type Fallback struct {
	// Repo is a repository key, Image an image path in it.
	Repo, Image string
	// Subject is the digest whose referrers are listed.
	Subject string
	// Referrers are the digests of manifests that were stored, in the order of
	// the index. The image need not hold them any more.
	Referrers []string
	// EmptyTypes makes every entry one that cosign wrote before 3.1: of the type
	// of the empty config, and without annotations.
	EmptyTypes bool
}

// Push stores the index in place of one that is there, and returns its digest.
func (f Fallback) Push(s *tree.Store) string {
	list := index{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{}}
	for _, d := range f.Referrers {
		e := known(s, d).Entry()
		entry := descriptor{MediaType: e.MediaType, Size: e.Size, Digest: d, ArtifactType: e.ArtifactType, Annotations: e.Annotations}
		if f.EmptyTypes {
			entry.ArtifactType, entry.Annotations = emptyType, nil
		}
		list.Manifests = append(list.Manifests, entry)
	}
	return store(s, docker.Place{Repo: f.Repo, Image: f.Image, Reference: strings.Replace(f.Subject, ":", "-", 1)}, list)
}
