package cosign

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// ErrNoReferrersIndex says that what the tag of a referrers index names is
// something else: many tools tag an image with its own digest.
var ErrNoReferrersIndex = errors.New("not a referrers index")

// Index is a referrers index: what a client keeps under the tag
// sha256-<hexadecimal digits> where the registry has no Referrers API (OCI
// distribution-spec 1.1, referrers tag schema).
type Index struct {
	fields  members
	entries []json.RawMessage
	listed  []oci.Descriptor
}

// NewIndex is an empty index.
func NewIndex() *Index {
	return &Index{fields: members{
		"schemaVersion": json.RawMessage("2"), "mediaType": json.RawMessage(`"` + v1.MediaTypeImageIndex + `"`),
	}}
}

// ReadIndex reads what the tag of the subject's referrers index names. The
// error wraps ErrNoReferrersIndex where that is the subject itself, an image,
// or an index of images. An index of images that names no platforms cannot be
// told from one of referrers: whether an entry is a referrer of the subject,
// only the manifest that it names can tell. An index with too many entries is an
// intake.TooMuchError: what it lists is not known.
func ReadIndex(raw []byte, subject oci.Digest) (*Index, error) {
	if oci.FromBytes(raw) == subject {
		return nil, fmt.Errorf("the tag names its own digest: %w", ErrNoReferrersIndex)
	}
	if !json.Valid(raw) {
		return nil, errors.New("read referrers index: it is no JSON") // or a part of one: it says nothing
	}
	index := &Index{}
	if err := index.read(raw); err != nil {
		return nil, err
	}
	if index.Lists(subject) {
		return nil, fmt.Errorf("the tag names an index of the image: %w", ErrNoReferrersIndex)
	}
	return index, nil
}

func noIndex(because string) error { return fmt.Errorf("%s: %w", because, ErrNoReferrersIndex) }

// read takes an index only: all that is kept and written again is in it.
func (x *Index) read(raw []byte) error {
	if err := json.Unmarshal(raw, &x.fields); err != nil {
		return noIndex("the tag names no object")
	}
	var mediaType string
	if written, ok := x.fields["mediaType"]; ok && json.Unmarshal(written, &mediaType) != nil {
		return noIndex("the tag names something whose media type is no text")
	}
	if mediaType != "" && mediaType != v1.MediaTypeImageIndex {
		return noIndex(fmt.Sprintf("the tag names a %.80q", mediaType))
	}
	list, ok := x.fields["manifests"]
	if !ok || x.fields["config"] != nil || x.fields["layers"] != nil || json.Unmarshal(list, &x.entries) != nil {
		return noIndex("the tag names no index")
	}
	if err := intake.Check("the referrers index", len(x.entries), intake.Referrers, "entries"); err != nil {
		return err
	}
	for _, entry := range x.entries {
		d, err := readEntry(entry)
		if err != nil {
			return err
		}
		x.listed = append(x.listed, d)
	}
	return nil
}

func readEntry(raw json.RawMessage) (oci.Descriptor, error) {
	var entry struct {
		oci.Descriptor
		Platform *json.RawMessage `json:"platform"`
	}
	err := json.Unmarshal(raw, &entry)
	switch {
	case errors.Is(err, oci.ErrInvalidDigest):
		// It may well be one, with an entry that cannot be looked up.
		return oci.Descriptor{}, fmt.Errorf("read referrers index: %w", err)
	case err != nil, entry.Digest.IsZero():
		return oci.Descriptor{}, noIndex("an entry names nothing")
	case entry.Platform != nil:
		return oci.Descriptor{}, noIndex("the tag names an index of images")
	default:
		return entry.Descriptor, nil
	}
}

// Referrers are the entries. Nothing but their digests is to be trusted.
func (x *Index) Referrers() []oci.Descriptor { return x.listed }

// Lists tells whether the manifest is among the entries.
func (x *Index) Lists(digest oci.Digest) bool {
	return slices.ContainsFunc(x.listed, func(d oci.Descriptor) bool { return d.Digest == digest })
}

// Add returns the index with an entry for the manifest, which carries its
// artifact type and all its annotations. Other entries, and whatever else the
// index says, stay as they are, byte for byte; an entry for the same manifest
// is replaced.
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
	fields := maps.Clone(x.fields)
	fields["manifests"] = array(append(entries, entry))
	return fields.encode()
}

// FallbackTag is the tag of a subject's referrers index.
func FallbackTag(subject oci.Digest) string { return tagPrefix + subject.Hex() }
