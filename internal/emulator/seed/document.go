package seed

import (
	"encoding/json"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	emptyType    = "application/vnd.oci.empty.v1+json"
)

// The documents have their fields in the order in which cosign and crane write them.

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType,omitempty"`
	Config        *descriptor       `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Annotations   map[string]string `json:"annotations,omitempty"`
	Subject       *descriptor       `json:"subject,omitempty"`
}

type index struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []descriptor `json:"manifests"`
}

type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Size         int64             `json:"size"`
	Digest       string            `json:"digest"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	Platform     *platform         `json:"platform,omitempty"`
}

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Variant      string `json:"variant,omitempty"`
}

type imageConfig struct {
	Architecture string          `json:"architecture"`
	Variant      string          `json:"variant,omitempty"`
	Created      string          `json:"created"`
	History      []history       `json:"history"`
	OS           string          `json:"os"`
	Rootfs       rootfs          `json:"rootfs"`
	Config       containerConfig `json:"config"`
}

type history struct {
	Created string `json:"created"`
}

type rootfs struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

type containerConfig struct {
	Labels map[string]string `json:"Labels,omitempty"`
}

func describe(mediaType string, content []byte) *descriptor {
	return &descriptor{MediaType: mediaType, Size: int64(len(content)), Digest: digestOf(content)}
}

func digestOf(content []byte) string { return digest.FromBytes(content).String() }

// store writes a manifest or index whose blobs are there, and returns its digest.
func store(s *tree.Store, at docker.Place, document any) string {
	content := encode(document)
	stored{s}.manifest(at, content, false)
	return digestOf(content)
}

func encode(document any) []byte {
	b, err := json.Marshal(document)
	must(err)
	return b
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
