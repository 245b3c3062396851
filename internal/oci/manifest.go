package oci

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
)

// Media types of Docker's manifests, which registries and signing tools still
// write beside OCI's.
const (
	MediaTypeDockerManifest     = "application/vnd.docker.distribution.manifest.v2+json"
	MediaTypeDockerConfig       = "application/vnd.docker.container.image.v1+json"
	MediaTypeDockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json"
)

// ManifestMediaTypes returns every media type of a manifest or an index. A
// request that names fewer may be answered with another manifest than the one
// that is stored.
func ManifestMediaTypes() []string {
	return []string{v1.MediaTypeImageManifest, v1.MediaTypeImageIndex, MediaTypeDockerManifest, MediaTypeDockerManifestList}
}

// IsIndex tells whether a media type is that of an index or a manifest list.
func IsIndex(mediaType string) bool {
	return mediaType == v1.MediaTypeImageIndex || mediaType == MediaTypeDockerManifestList
}

// Descriptor says what a piece of content is, without the content.
type Descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    Digest `json:"digest"`
	Size      int64  `json:"size"`
	// ArtifactType is what a list entry says of its manifest. It is no proof.
	ArtifactType string            `json:"artifactType,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

// Manifest is what sigsync reads of an image manifest or an index. It is never
// written again: the bytes that were read are the manifest.
type Manifest struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType"`
	Config       *Descriptor       `json:"config"`
	Layers       []Descriptor      `json:"layers"`
	Manifests    []Descriptor      `json:"manifests"`
	Subject      *Descriptor       `json:"subject"`
	Annotations  map[string]string `json:"annotations"`
}

// Type is the manifest's artifact type, as the Referrers API lists it: its own,
// else the media type of its config (OCI distribution-spec 1.1, listing
// referrers).
func (m Manifest) Type() string {
	if m.ArtifactType == "" && m.Config != nil {
		return m.Config.MediaType
	}
	return m.ArtifactType
}

// ParseManifest reads an image manifest or an index of either OCI or Docker.
// What is neither, or names content without a SHA-256 digest, is an error. One
// that wraps an intake.TooMuchError says that it is a manifest all the same.
func ParseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return Manifest{}, fmt.Errorf("parse manifest: %w", err)
	}
	if m.Config == nil && m.Layers == nil && m.Manifests == nil {
		return Manifest{}, errors.New("parse manifest: neither a manifest nor an index")
	}
	longest := max(len(m.MediaType), len(m.ArtifactType))
	for _, d := range m.descriptors() {
		if d.Digest.IsZero() {
			return Manifest{}, fmt.Errorf("parse manifest: a descriptor names nothing: %w", ErrInvalidDigest)
		}
		longest = max(longest, len(d.MediaType), len(d.ArtifactType))
	}
	if err := intake.Check("a media type", longest, intake.MediaTypeBytes, "bytes"); err != nil {
		return Manifest{}, fmt.Errorf("parse manifest: %w", err)
	}
	return m, nil
}

func (m Manifest) descriptors() []Descriptor {
	all := slices.Concat(m.Layers, m.Manifests)
	for _, d := range []*Descriptor{m.Config, m.Subject} {
		if d != nil {
			all = append(all, *d)
		}
	}
	return all
}

// Content returns the descriptors of the config and the layers, in that order.
func (m Manifest) Content() []Descriptor {
	if m.Config == nil {
		return slices.Clone(m.Layers)
	}
	return append([]Descriptor{*m.Config}, m.Layers...)
}

// Blobs returns the digests of the config and the layers, each once.
func (m Manifest) Blobs() []Digest {
	var blobs []Digest
	seen := map[Digest]bool{}
	add := func(d Digest) {
		if !seen[d] {
			seen[d] = true
			blobs = append(blobs, d)
		}
	}
	for _, d := range m.Content() {
		add(d.Digest)
	}
	return blobs
}

// Children returns the digests of the manifests that an index lists.
func (m Manifest) Children() []Digest {
	children := make([]Digest, 0, len(m.Manifests))
	for _, child := range m.Manifests {
		children = append(children, child.Digest)
	}
	return children
}
