package docker

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// Media types that Docker used before OCI.
const (
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	dockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	dockerConfig   = "application/vnd.docker.container.image.v1+json"
)

// Manifest is a parsed manifest or index, and its bytes.
type Manifest struct {
	// Content is the manifest's bytes.
	Content []byte
	// Digest is sha256:<hex> of Content.
	Digest string
	// MediaType is the one the manifest states, else the one it came with.
	MediaType string
	// ArtifactType is the manifest's own, "" if it has none.
	ArtifactType string
	// Index is true for indexes and manifest lists.
	Index bool
	// Config is nil for an index.
	Config *v1.Descriptor
	// Layers are the blobs besides the config.
	Layers []v1.Descriptor
	// Children are the manifests that an index lists.
	Children []v1.Descriptor
	// Subject is the manifest that this one refers to, nil if there is none.
	Subject *v1.Descriptor
	// Annotations are the manifest's own.
	Annotations map[string]string
}

// document is what the registry reads of a manifest.
type document struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Config        *v1.Descriptor    `json:"config"`
	Layers        []v1.Descriptor   `json:"layers"`
	Manifests     []v1.Descriptor   `json:"manifests"`
	Subject       *v1.Descriptor    `json:"subject"`
	Annotations   map[string]string `json:"annotations"`
}

// ParseManifest reads a manifest. ContentType is what it came with, and counts
// only if the manifest does not state its media type. It returns an error for
// what is no manifest of schema 2.
func ParseManifest(content []byte, contentType string) (Manifest, error) {
	var d document
	if err := json.Unmarshal(content, &d); err != nil {
		return Manifest{}, fmt.Errorf("parse manifest: %w", err)
	}
	m := Manifest{
		Content: content, Digest: digest.FromBytes(content).String(),
		MediaType: d.mediaType(contentType), ArtifactType: d.ArtifactType,
		Subject: d.Subject, Annotations: d.Annotations,
	}
	if m.Index = m.MediaType == v1.MediaTypeImageIndex || m.MediaType == dockerList; m.Index {
		m.Children = d.Manifests
	} else {
		m.Config, m.Layers = d.Config, d.Layers
	}
	return m, m.check(d.SchemaVersion)
}

func (m Manifest) check(schemaVersion int) error {
	if schemaVersion != 2 {
		return fmt.Errorf("parse manifest: schema version %d is not supported", schemaVersion)
	}
	if !m.Index && m.Config == nil {
		return errors.New("parse manifest: no config")
	}
	for _, d := range append(m.Blobs(), m.Children...) {
		if !isDigest(d.Digest.String()) {
			return fmt.Errorf("parse manifest: digest %q is not supported", d.Digest)
		}
	}
	if m.Subject != nil && !isDigest(m.Subject.Digest.String()) {
		return fmt.Errorf("parse manifest: digest %q of the subject is not supported", m.Subject.Digest)
	}
	return nil
}

func (d document) mediaType(contentType string) string {
	switch {
	case d.MediaType != "":
		return d.MediaType
	case isManifestType(contentType):
		return contentType
	case d.Config == nil && d.Manifests != nil:
		return v1.MediaTypeImageIndex
	default:
		return v1.MediaTypeImageManifest
	}
}

func isManifestType(t string) bool {
	return t == v1.MediaTypeImageManifest || t == v1.MediaTypeImageIndex || t == dockerManifest || t == dockerList
}

// Blobs are the descriptors of config and layers; none for an index.
func (m Manifest) Blobs() []v1.Descriptor {
	if m.Config == nil {
		return nil
	}
	return append([]v1.Descriptor{*m.Config}, m.Layers...)
}
