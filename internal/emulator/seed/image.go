// Package seed fills the emulator's storage with images, signatures and
// promotions, in the layout that pushes leave behind but without requests.
// Everything is deterministic: equal arguments give equal digests. Bad
// arguments panic, because what it writes is made for tests, the demo and
// benchmarks.
package seed

import (
	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	pusher  = "ci"
	created = "2026-01-01T00:00:00Z"
)

// Image is an image that was pushed.
type Image struct {
	// Repo is a repository key, Path an image path in it.
	Repo, Path string
	// Tag is "" for a child of an index, which is stored by digest.
	Tag string
	// Digest is sha256:<hex> of the image's manifest or index.
	Digest string
	// Children are the platform images of an index, in its order.
	Children []Image
}

// Push stores a linux/amd64 image with a config and one layer under a tag.
// Images of different salts have different digests.
func Push(s *tree.Store, repo, image, tag, salt string) Image {
	i := Image{Repo: repo, Path: image, Tag: tag}
	i.Digest, _ = push(stored{s}, i.place(), platformNumber(0), salt, newLayer(salt))
	return i
}

func (i Image) place() docker.Place {
	return docker.Place{Repo: i.Repo, Image: i.Path, Reference: i.Tag}
}

// push shelves an image under its tag, or under its digest if it has none, and
// returns the digest and the size of its manifest.
func push(s shelf, at docker.Place, p platform, salt string, l layer) (string, int64) {
	config := encode(imageConfig{
		Created: created, Architecture: p.Architecture, Variant: p.Variant, OS: p.OS,
		Config:  containerConfig{Labels: map[string]string{"org.opencontainers.image.revision": salt}},
		Rootfs:  rootfs{Type: "layers", DiffIDs: []string{l.diffID}},
		History: []history{{Created: created}},
	})
	m := manifest{
		SchemaVersion: 2, MediaType: manifestType,
		Config: describe(configType, config),
		Layers: []descriptor{*describe(layerType, l.content)},
	}
	content := encode(m)
	digest := digestOf(content)
	if at.Reference == "" {
		at.Reference = digest
	}
	s.blob(at, config)
	s.blob(at, l.content)
	s.manifest(at, content, false)
	return digest, int64(len(content))
}
