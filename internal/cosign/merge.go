package cosign

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Merge returns the manifest and the config of an attachment that holds what
// the source's and the target's hold: the source's layers, then those that only
// the target has, each once. Layers keep all that they say, byte for byte,
// because verifiers read their annotations; nothing in a manifest or a config of
// the tag scheme is signed. What else the manifest says is the source's. Equal
// inputs give equal bytes.
func Merge(source, target []byte) (manifest, config []byte, err error) {
	ours, err := readMergeable(source)
	if err != nil {
		return nil, nil, fmt.Errorf("merge: source: %w", err)
	}
	theirs, err := readMergeable(target)
	if err != nil {
		return nil, nil, fmt.Errorf("merge: target: %w", err)
	}
	raw, layers := union(ours, theirs)
	if len(layers) > intake.Layers {
		return nil, nil, fmt.Errorf("merge: %d layers are more than the %d that cosign reads", len(layers), intake.Layers)
	}
	if config, err = configOf(layers); err != nil {
		return nil, nil, err
	}
	described, err := json.Marshal(oci.Descriptor{
		MediaType: ours.configType, Digest: oci.FromBytes(config), Size: int64(len(config)),
	})
	if err != nil {
		return nil, nil, err
	}
	ours.fields["config"], ours.fields["layers"] = described, array(raw)
	manifest, err = ours.fields.encode()
	return manifest, config, err
}

// mergeable is a manifest whose layers can be added to without a loss: what is
// not understood stays as it was written.
type mergeable struct {
	fields     members
	raw        []json.RawMessage
	layers     []Layer
	configType string
}

func readMergeable(manifest []byte) (*mergeable, error) {
	m, err := oci.ParseManifest(manifest)
	if err != nil {
		return nil, err
	}
	if m.Config == nil || m.Subject != nil || len(m.Manifests) > 0 || !isImageConfig(m.Config.MediaType) {
		return nil, errors.New("not a manifest of cosign's tag scheme")
	}
	read := &mergeable{configType: m.Config.MediaType}
	if err := json.Unmarshal(manifest, &read.fields); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(read.fields["layers"], &read.raw); err != nil {
		return nil, err
	}
	for _, raw := range read.raw {
		var d oci.Descriptor
		if err := json.Unmarshal(raw, &d); err != nil {
			return nil, err
		}
		read.layers = append(read.layers, LayerOf(d))
	}
	if !slices.Equal(read.layers, layersOf(m)) {
		return nil, errors.New("its layers stand in two members whose names differ only in case")
	}
	return read, nil
}

func isImageConfig(t string) bool {
	return t == v1.MediaTypeImageConfig || t == "application/vnd.docker.container.image.v1+json"
}

// union is what either holds, in order.
func union(manifests ...*mergeable) (raw []json.RawMessage, layers []Layer) {
	has := map[Layer]bool{}
	for _, m := range manifests {
		for i, l := range m.layers {
			if !has[l] {
				has[l] = true
				raw, layers = append(raw, m.raw[i]), append(layers, l)
			}
		}
	}
	return raw, layers
}

// configOf is the config of an empty image with the layers, as cosign writes it
// (cosign, pkg/oci/empty): the layers are not compressed, so their digests are
// those of their content.
func configOf(layers []Layer) ([]byte, error) {
	const never = "0001-01-01T00:00:00Z"
	type history struct {
		Created string `json:"created"`
	}
	config := struct {
		Architecture string    `json:"architecture"`
		Created      string    `json:"created"`
		History      []history `json:"history"`
		OS           string    `json:"os"`
		RootFS       struct {
			Type    string       `json:"type"`
			DiffIDs []oci.Digest `json:"diff_ids"`
		} `json:"rootfs"`
		Config struct{} `json:"config"`
	}{Created: never, History: []history{}}
	config.RootFS.Type, config.RootFS.DiffIDs = "layers", []oci.Digest{}
	for _, l := range layers {
		config.History = append(config.History, history{Created: never})
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, l.Digest)
	}
	return json.Marshal(config)
}
