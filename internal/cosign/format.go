package cosign

import (
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// Format is a way in which tools store referrers.
type Format uint8

// The formats. Bundle is a Sigstore bundle, whose content alone tells a
// signature from an attestation; Artifact is a manifest of the tag scheme that
// names a subject (cosign's oci-1-1 mode and Tekton Chains).
const (
	Unrecognised Format = iota
	Bundle
	Artifact
	Notation
	Document
)

const (
	bundleType        = "application/vnd.dev.sigstore.bundle"
	artifactPrefix    = "application/vnd.dev.cosign.artifact."
	notationType      = "application/vnd.cncf.notary.signature"
	simpleSigningType = "application/vnd.dev.cosign.simplesigning.v1+json"
	envelopeType      = "application/vnd.dsse.envelope.v1+json"
)

// FormatOf tells what a referrer is from its manifest. What a list of
// referrers says of it is not asked: registries and clients get that wrong.
func FormatOf(m oci.Manifest) Format {
	types := typesOf(m)
	switch {
	case among(types, isBundle):
		return Bundle
	case among(types, isNotation):
		return Notation
	case among(types, isArtifact):
		return Artifact
	case isDocument(m.Type()), holdsDocuments(m.Layers):
		return Document
	default:
		return Unrecognised
	}
}

// Family is the family that the manifest alone tells; a bundle's is told by
// its Statement.
func (f Format) Family(m oci.Manifest) Family {
	switch f {
	case Notation:
		return Signature
	case Document:
		return SBOM
	case Artifact:
		return artifactFamily(m)
	default:
		return Other
	}
}

// artifactFamily reads the media types of cosign's tag scheme.
func artifactFamily(m oci.Manifest) Family {
	for _, t := range typesOf(m) {
		switch {
		case strings.HasPrefix(t, artifactPrefix+"sig."), t == simpleSigningType:
			return Signature
		case strings.HasPrefix(t, artifactPrefix+"att."), t == envelopeType:
			return Attestation
		case strings.HasPrefix(t, artifactPrefix+"sbom."):
			return SBOM
		}
	}
	return Other
}

func typesOf(m oci.Manifest) []string {
	types := []string{m.ArtifactType}
	if m.Config != nil {
		types = append(types, m.Config.MediaType)
	}
	for _, l := range m.Layers {
		types = append(types, l.MediaType)
	}
	return types
}

func among(types []string, is func(string) bool) bool { return slices.ContainsFunc(types, is) }

func isBundle(t string) bool   { return strings.HasPrefix(t, bundleType) }
func isNotation(t string) bool { return t == notationType }
func isArtifact(t string) bool {
	return strings.HasPrefix(t, artifactPrefix) || t == simpleSigningType || t == envelopeType
}

// isDocument knows the media types of SBOMs by a word: there is one for each
// encoding and version.
func isDocument(t string) bool {
	words := strings.FieldsFunc(t, func(r rune) bool { return strings.ContainsRune("/.+;= ", r) })
	return among(words, func(w string) bool { return w == "spdx" || w == "cyclonedx" || w == "syft" })
}

// holdsDocuments tells whether there is nothing but SBOMs: one among other
// things does not make them one.
func holdsDocuments(layers []oci.Descriptor) bool {
	return len(layers) > 0 && !slices.ContainsFunc(layers, func(d oci.Descriptor) bool { return !isDocument(d.MediaType) })
}
