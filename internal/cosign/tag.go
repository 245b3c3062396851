package cosign

import (
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

const tagPrefix = "sha256-"

var suffixes = [...]string{Signature: ".sig", Attestation: ".att", SBOM: ".sbom"}

// Tag names an attachment in cosign's tag scheme: the digest of the subject
// and the family, as in sha256-<64 hexadecimal digits>.sig (cosign,
// specs/SIGNATURE_SPEC.md, tag-based discovery).
type Tag struct {
	Subject oci.Digest
	Family  Family
}

// ParseTag reads a tag of the scheme, and tells whether name is one.
func ParseTag(name string) (Tag, bool) {
	rest, ok := strings.CutPrefix(name, tagPrefix)
	if !ok {
		return Tag{}, false
	}
	digits, suffix, ok := strings.Cut(rest, ".")
	if !ok {
		return Tag{}, false
	}
	subject, err := oci.ParseHex(digits)
	if err != nil {
		return Tag{}, false
	}
	for family, s := range suffixes {
		if s[1:] == suffix {
			return Tag{Subject: subject, Family: Family(family)}, true
		}
	}
	return Tag{}, false
}

// ParseFallbackTag reads sha256-<64 hexadecimal digits> without a suffix, the
// tag of a referrers index on a registry without the Referrers API (OCI
// distribution-spec 1.1, referrers tag schema), and tells whether name is one.
func ParseFallbackTag(name string) (oci.Digest, bool) {
	digits, ok := strings.CutPrefix(name, tagPrefix)
	if !ok {
		return oci.Digest{}, false
	}
	d, err := oci.ParseHex(digits)
	return d, err == nil
}

// String is the tag's name; only the families of the tag scheme have one.
func (t Tag) String() string {
	if int(t.Family) >= len(suffixes) {
		return ""
	}
	return tagPrefix + t.Subject.Hex() + suffixes[t.Family]
}
