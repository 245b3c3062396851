package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// reading is what a manifest was found to be. It depends on nothing but the
// content, so it holds for every manifest of that digest.
type reading struct {
	// Known tells a reading from what is none.
	Known bool `json:"known"`
	// Subject is zero for a manifest that is no referrer.
	Subject      oci.Digest    `json:"subject"`
	Family       cosign.Family `json:"family"`
	Bundle       bool          `json:"bundle,omitempty"`
	ArtifactType string        `json:"artifact_type,omitempty"`
	Blobs        []oci.Digest  `json:"blobs,omitempty"`
	// Judged tells that the content was read too: Family and Suspect are final.
	Judged bool `json:"judged,omitempty"`
	// Suspect says what else its content names; "" where that is the subject.
	Suspect string `json:"suspect,omitempty"`
}

// final tells whether there is nothing more to be found out.
func (r reading) final() bool { return r.Subject.IsZero() || r.Judged }

// recall returns what is known of a digest without a request.
func (r *run) recall(digest oci.Digest) (reading, bool) {
	if known, ok := r.known.reading(digest); ok {
		return known, true
	}
	if r.Memory == nil {
		return reading{}, false
	}
	var kept reading
	text := r.Memory.Recall(digest)
	if text == nil || json.Unmarshal(text, &kept) != nil || !kept.Known || !kept.final() {
		return reading{}, false
	}
	r.known.note(digest, kept)
	return kept, true
}

func (r *run) note(digest oci.Digest, found reading) {
	r.known.note(digest, found)
	if r.Memory == nil || !found.final() {
		return
	}
	if text, err := json.Marshal(found); err == nil { // nothing in it can fail
		r.Memory.Keep(digest, text)
	}
}

// look tells whose referrer a manifest is, if anybody's.
func (r *run) look(ctx context.Context, from origin, digest oci.Digest) (reading, error) {
	if known, ok := r.recall(digest); ok {
		return known, nil
	}
	raw, err := r.manifest(ctx, from, digest)
	if err != nil {
		return reading{}, err
	}
	if !namesSubject(raw) {
		// What names no subject is no referrer, whatever else it is. Its digest
		// vouches that this is all of it.
		r.note(digest, reading{Known: true})
		return reading{}, nil
	}
	m, err := oci.ParseManifest(raw)
	if err != nil {
		return reading{}, err
	}
	if m.Subject == nil || isImage(m) {
		r.note(digest, reading{Known: true})
		return reading{}, nil
	}
	r.known.stash(raw)
	format := cosign.FormatOf(m)
	found := reading{
		Known: true, Subject: m.Subject.Digest, Family: format.Family(m), Bundle: format == cosign.Bundle,
		ArtifactType: m.Type(), Blobs: m.Blobs(), Judged: format == cosign.Document || format == cosign.Unrecognised,
	}
	if found.Bundle {
		found.Family = cosign.Signature // until its content is read
	}
	r.note(digest, found)
	return found, nil
}

func namesSubject(raw []byte) bool {
	var names struct {
		Subject json.RawMessage `json:"subject"`
	}
	return json.Unmarshal(raw, &names) == nil && names.Subject != nil
}

// isImage tells of an image that names a subject, as some builders make them: it
// is no attachment, and images are not written.
func isImage(m oci.Manifest) bool {
	if m.Config == nil || cosign.FormatOf(m) != cosign.Unrecognised {
		return false
	}
	return m.Config.MediaType == v1.MediaTypeImageConfig || m.Config.MediaType == oci.MediaTypeDockerConfig
}

// judge looks into the content of a referrer: a bundle's tells a signature from
// an attestation, and what is signed must name the subject.
func (r *run) judge(ctx context.Context, from origin, digest oci.Digest) (reading, error) {
	found, err := r.look(ctx, from, digest)
	if err != nil || found.final() {
		return found, err
	}
	raw, err := r.manifest(ctx, from, digest)
	if err != nil {
		return found, err
	}
	m, err := parts(raw)
	if err != nil {
		return found, err
	}
	from = r.really(from, digest)
	for i, layer := range m.Layers {
		if !cosign.Binds(layer.MediaType) {
			continue
		}
		content, err := r.blob(ctx, from, layer)
		switch {
		case errors.Is(err, oci.ErrNotFound):
			// That a blob is gone does not say that there is no such referrer.
			return found, fmt.Errorf("its blob %s is not there", layer.Digest.Short())
		case err != nil:
			return found, err
		}
		if err := cosign.Bound(layer.MediaType, content, found.Subject); err != nil {
			found.Suspect = suspicion(err)
		}
		if found.Bundle {
			found.Family = bundleFamily(found.Family, i, content)
		}
	}
	found.Judged = true
	r.note(digest, found)
	return found, nil
}

// bundleFamily is the family of a bundle after its layers up to the i-th: a
// signature if all of them only say that somebody signed.
func bundleFamily(so cosign.Family, i int, content []byte) cosign.Family {
	statement, err := cosign.ReadBundle(content)
	switch {
	case err != nil:
		return cosign.Signature // as which it is suspect
	case i == 0:
		return statement.Family()
	case so != statement.Family():
		return cosign.Attestation
	}
	return so
}

// suspicion is what there is to say of content that does not belong to its subject.
func suspicion(err error) string {
	if !errors.Is(err, cosign.ErrSuspect) {
		return "cannot be checked: " + err.Error()
	}
	return err.Error()
}
