package cosign

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/oci"
)

// ErrNoReferrersIndex says that what the tag of a referrers index names is
// something else: many tools tag an image with its own digest.
var ErrNoReferrersIndex = errors.New("not a referrers index")

// Index is a referrers index: what a client keeps under the tag
// sha256-<hexadecimal digits> where the registry has no Referrers API (OCI
// distribution-spec 1.1, referrers tag schema).
type Index struct {
	fields  map[string]json.RawMessage
	entries []json.RawMessage
	listed  []oci.Descriptor
}

// NewIndex is an empty index.
func NewIndex() *Index {
	return &Index{fields: map[string]json.RawMessage{
		"schemaVersion": json.RawMessage("2"), "mediaType": json.RawMessage(`"` + v1.MediaTypeImageIndex + `"`),
	}}
}

// ReadIndex reads what the tag of the subject's referrers index names. The
// error wraps ErrNoReferrersIndex where that is the subject itself, an image,
// or an index of images.
func ReadIndex(raw []byte, subject oci.Digest) (*Index, error) {
	if oci.FromBytes(raw) == subject {
		return nil, fmt.Errorf("the tag names its own digest: %w", ErrNoReferrersIndex)
	}
	var m oci.Manifest
	index := &Index{}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoReferrersIndex, err)
	}
	if err := json.Unmarshal(raw, &index.fields); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoReferrersIndex, err)
	}
	if m.Config != nil || m.Layers != nil || m.MediaType != "" && m.MediaType != v1.MediaTypeImageIndex {
		return nil, fmt.Errorf("the tag names a %s: %w", m.MediaType, ErrNoReferrersIndex)
	}
	if entries := index.fields["manifests"]; entries != nil {
		if err := json.Unmarshal(entries, &index.entries); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoReferrersIndex, err)
		}
	}
	for i, d := range m.Manifests {
		var entry struct {
			Platform json.RawMessage `json:"platform"`
		}
		if err := json.Unmarshal(index.entries[i], &entry); err != nil || entry.Platform != nil || d.Digest.IsZero() {
			return nil, fmt.Errorf("the tag names an index of images: %w", ErrNoReferrersIndex)
		}
	}
	index.listed = m.Manifests
	return index, nil
}

// Referrers are the entries. Nothing but their digests is to be trusted.
func (x *Index) Referrers() []oci.Descriptor { return x.listed }

// Lists tells whether the manifest is among the entries.
func (x *Index) Lists(digest oci.Digest) bool {
	return slices.ContainsFunc(x.listed, func(d oci.Descriptor) bool { return d.Digest == digest })
}

// Add returns the index with an entry for the manifest, which carries its
// artifact type and all its annotations. Other entries stay as they are, byte
// for byte; one for the same manifest is replaced.
func (x *Index) Add(manifest []byte) ([]byte, error) {
	m, err := oci.ParseManifest(manifest)
	if err != nil {
		return nil, err
	}
	d := oci.Descriptor{
		MediaType: m.MediaType, Digest: oci.FromBytes(manifest), Size: int64(len(manifest)),
		ArtifactType: m.Type(), Annotations: m.Annotations,
	}
	if d.MediaType == "" {
		d.MediaType = v1.MediaTypeImageManifest
	}
	entry, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	entries := make([]json.RawMessage, 0, len(x.entries)+1)
	for i, listed := range x.listed {
		if listed.Digest != d.Digest {
			entries = append(entries, x.entries[i])
		}
	}
	list, err := json.Marshal(append(entries, entry))
	if err != nil {
		return nil, err
	}
	fields := maps.Clone(x.fields)
	fields["manifests"] = list
	return json.Marshal(fields)
}

// FallbackTag is the tag of a subject's referrers index.
func FallbackTag(subject oci.Digest) string { return tagPrefix + subject.Hex() }
