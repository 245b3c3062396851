package verify

import (
	"errors"
	"fmt"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

const certificateAnnotation = "dev.sigstore.cosign/certificate"

// Attachment verifies every layer of an attachment, and returns the names of
// the keys that verified any, sorted, each once.
//
// The attachment as a whole is unverified if one of its layers is, because it
// can only be copied as a whole: a .sig tag with two signers of whom one is not
// known would carry the unknown one along. The names are returned then too; the
// error, which wraps ErrUnverified, names the first such layer. Any other error
// means that it could not be told.
//
// What stands for a signature or an attestation must be signed, whatever the
// media types of its layers say, as cosign does not ask for them. In the other
// families, layers that have no place for a signature, as SBOMs have none, are
// passed over: no names and no error. blob returns the content of a layer.
func (r Keyring) Attachment(
	subject oci.Digest, family cosign.Family, m oci.Manifest, blob func(oci.Descriptor) ([]byte, error),
) ([]string, error) {
	if cosign.FormatOf(m) == cosign.Notation {
		return nil, unverified("Notation signs with certificates, which only notation verify checks")
	}
	if len(m.Layers) == 0 && signed(family) {
		return nil, unverified("it has no layers")
	}
	var by []string
	var first error
	failed := 0
	for _, d := range m.Layers {
		names, err := r.layer(subject, family, d, blob)
		by = append(by, names...)
		switch {
		case err != nil && !errors.Is(err, ErrUnverified):
			return nil, fmt.Errorf("verify layer %s: %w", cosign.LayerOf(d), err)
		case err != nil && first == nil:
			first = fmt.Errorf("verify layer %s: %w", cosign.LayerOf(d), err)
		}
		if err != nil {
			failed++
		}
	}
	if failed > 1 {
		first = fmt.Errorf("%w; %d of %d layers are unverified", first, failed, len(m.Layers))
	}
	return sorted(by), first
}

func signed(f cosign.Family) bool { return f == cosign.Signature || f == cosign.Attestation }

// layer verifies one layer as what its media type says or, where that says
// nothing, as what the family has.
func (r Keyring) layer(
	subject oci.Digest, family cosign.Family, d oci.Descriptor, blob func(oci.Descriptor) ([]byte, error),
) ([]string, error) {
	alone := oci.Manifest{Layers: []oci.Descriptor{d}}
	format := cosign.FormatOf(alone)
	if format == cosign.Artifact {
		family = format.Family(alone)
	}
	if format != cosign.Bundle && !signed(family) {
		return nil, nil
	}
	content, err := blob(d)
	if err != nil {
		return nil, err
	}
	if got := oci.FromBytes(content); got != d.Digest {
		return nil, fmt.Errorf("its content has the digest %s", got)
	}
	var by []string
	switch {
	case format == cosign.Bundle:
		return r.Bundle(content, subject)
	case family == cosign.Attestation:
		by, err = r.Envelope(content)
	default:
		by, err = r.Signature(content, cosign.LayerOf(d).Signature)
	}
	if err != nil && d.Annotations[certificateAnnotation] != "" {
		return nil, withCertificate(err)
	}
	return by, err
}
