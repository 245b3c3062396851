// Package cosign knows the names and the meaning of what cosign stores beside
// an image: the tags that lead from a subject to its attachments, and what
// makes two signatures the same. It does no I/O.
package cosign

import (
	"fmt"
	"slices"
)

// Family is a kind of attachment. Families are ordered as they are copied: a
// verifier that sees a half-finished copy must not find an attestation where
// the signature is still to come.
type Family uint8

// The families.
const (
	Signature Family = iota
	Attestation
	SBOM
	Other
)

var familyNames = [...]string{Signature: "signature", Attestation: "attestation", SBOM: "sbom", Other: "other"}

// Families returns all of them, in their order.
func Families() []Family { return []Family{Signature, Attestation, SBOM, Other} }

// ParseFamily reads the name that String gives.
func ParseFamily(name string) (Family, error) {
	if i := slices.Index(familyNames[:], name); i >= 0 {
		return Family(i), nil //nolint:gosec // the index of a four-element array
	}
	return 0, fmt.Errorf("parse family %q: not one of %v", name, familyNames)
}

// String is the family's name in configuration and reports.
func (f Family) String() string {
	if int(f) < len(familyNames) {
		return familyNames[f]
	}
	return fmt.Sprintf("Family(%d)", uint8(f))
}

// MarshalText writes the family's name.
func (f Family) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the family's name.
func (f *Family) UnmarshalText(text []byte) error {
	parsed, err := ParseFamily(string(text))
	if err != nil {
		return err
	}
	*f = parsed
	return nil
}
