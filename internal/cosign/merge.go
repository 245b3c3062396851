package cosign

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sigsync/sigsync/internal/oci"
)

// maxLayers is how many layers cosign reads of an attachment (cosign,
// pkg/oci/remote/signatures.go).
const maxLayers = 1000

// Merge returns the manifest and the config of an attachment that holds what
// the source's and the target's hold: the source's layers, then those that only
// the target has. Descriptors keep all that they say, because verifiers read
// their annotations; nothing in a manifest or a config of the tag scheme is
// signed. Equal inputs give equal bytes.
func Merge(source, target []byte) (manifest, config []byte, err error) {
	ours, err := readMergeable(source)
	if err != nil {
		return nil, nil, fmt.Errorf("merge: source: %w", err)
	}
	theirs, err := readMergeable(target)
	if err != nil {
		return nil, nil, fmt.Errorf("merge: target: %w", err)
	}
	ours.add(theirs)
	if len(ours.layers) > maxLayers {
		return nil, nil, fmt.Errorf("merge: %d layers are more than the %d that cosign reads", len(ours.layers), maxLayers)
	}
	if config, err = ours.config(); err != nil {
		return nil, nil, err
	}
	manifest, err = ours.manifest(config)
	return manifest, config, err
}

// mergeable is a manifest whose layers can be added to without a loss: what is
// not understood stays as it was written.
type mergeable struct {
	fields     map[string]json.RawMessage
	layers     []json.RawMessage
	parsed     []Layer
	configType string
}

func readMergeable(raw []byte) (*mergeable, error) {
	m, err := oci.ParseManifest(raw)
	if err != nil {
		return nil, err
	}
	if m.Config == nil || m.Subject != nil || len(m.Manifests) > 0 {
		return nil, errors.New("not a manifest of cosign's tag scheme")
	}
	read := &mergeable{configType: m.Config.MediaType}
	if err := json.Unmarshal(raw, &read.fields); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(read.fields["layers"], &read.layers); err != nil {
		return nil, err
	}
	for _, d := range m.Layers {
		read.parsed = append(read.parsed, layerOf(d))
	}
	return read, nil
}

// add appends the layers that m lacks.
func (m *mergeable) add(from *mergeable) {
	has := make(map[Layer]bool, len(m.parsed))
	for _, l := range m.parsed {
		has[l] = true
	}
	for i, l := range from.parsed {
		if !has[l] {
			has[l] = true
			m.layers, m.parsed = append(m.layers, from.layers[i]), append(m.parsed, l)
		}
	}
}

// config is that of an empty image with the layers (cosign, pkg/oci/empty):
// the layers are not compressed, so their digests are those of their content.
func (m *mergeable) config() ([]byte, error) {
	type history struct {
		Created time.Time `json:"created"`
	}
	config := struct {
		Architecture string    `json:"architecture"`
		Created      time.Time `json:"created"`
		History      []history `json:"history"`
		OS           string    `json:"os"`
		RootFS       struct {
			Type    string       `json:"type"`
			DiffIDs []oci.Digest `json:"diff_ids"`
		} `json:"rootfs"`
		Config struct{} `json:"config"`
	}{History: make([]history, len(m.parsed))}
	config.RootFS.Type, config.RootFS.DiffIDs = "layers", []oci.Digest{}
	for _, l := range m.parsed {
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, l.Digest)
	}
	return json.Marshal(config)
}

func (m *mergeable) manifest(config []byte) ([]byte, error) {
	described, err := json.Marshal(oci.Descriptor{MediaType: m.configType, Digest: oci.FromBytes(config), Size: int64(len(config))})
	if err != nil {
		return nil, err
	}
	layers, err := json.Marshal(m.layers)
	if err != nil {
		return nil, err
	}
	m.fields["config"], m.fields["layers"] = described, layers
	return json.Marshal(m.fields)
}
