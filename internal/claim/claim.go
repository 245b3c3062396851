// Package claim reads what signatures say of who made them: the hint at a key,
// the certificate, the time. It verifies nothing. Whoever could write the
// signature could write all of this, so it is a claim until a verifier with a key
// or a root of trust says otherwise. It does no I/O.
package claim

import (
	"time"
)

// Form is a way in which tools sign.
type Form string

// The forms.
const (
	// Payload is a simple signing payload whose signature and certificate are on
	// the layer (cosign, specs/SIGNATURE_SPEC.md).
	Payload Form = "cosign"
	// Envelope is a DSSE envelope as a layer of its own.
	Envelope Form = "dsse"
	// Bundle is a Sigstore bundle.
	Bundle Form = "bundle"
	// Notation is a signature of the Notary Project, in JWS or COSE.
	Notation Form = "notation"
)

// Claim is what one signature says of itself. What it does not say is zero.
type Claim struct {
	Form Form `json:"form"`
	// Signature is that of a Payload, in base64.
	Signature string `json:"signature,omitempty"`
	// PredicateType is what an attestation states.
	PredicateType string `json:"predicate_type,omitempty"`
	// KeyHint names a key: cosign writes the base64 of the SHA-256 of the public key.
	KeyHint     string       `json:"key_hint,omitempty"`
	Certificate *Certificate `json:"certificate,omitempty"`
	// Logged are its entries in transparency logs.
	Logged []Entry `json:"logged,omitempty"`
	// Timestamps counts time stamps of an authority (RFC 3161), which are not read.
	Timestamps int `json:"timestamps,omitempty"`
	// Signed is the time at which the signer says it signed; nil where it says none.
	Signed *time.Time `json:"signed,omitempty"`
	// Problems say what could not be read of it.
	Problems []string `json:"problems,omitempty"`
}

// Entry is one in a transparency log.
type Entry struct {
	// Index is the entry's number in the log.
	Index int64 `json:"index"`
	// Integrated is when the log took it; nil where it does not say.
	Integrated *time.Time `json:"integrated,omitempty"`
}

// Certificate is what a signing certificate says.
type Certificate struct {
	// Subject and Authority are the names of who it is for and who issued it, as
	// RFC 2253 writes them.
	Subject   string `json:"subject"`
	Authority string `json:"authority"`
	// Identities are its subject alternative names.
	Identities []string `json:"identities,omitempty"`
	// Issuer is who told Fulcio of the identity.
	Issuer string `json:"issuer,omitempty"`
	// NotBefore and NotAfter are when it is good. Fulcio's are for ten minutes: at
	// the time of the signature, not of the look.
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	// Key is the kind of the public key, as "ECDSA P-256".
	Key string `json:"key"`
	// Fingerprint is the SHA-256 of the certificate, in hexadecimal digits.
	Fingerprint string `json:"fingerprint"`
}

// problem notes what could not be read.
func (c *Claim) problem(what string, err error) {
	c.Problems = append(c.Problems, what+" cannot be read: "+err.Error())
}

// text keeps a text that is no longer than anybody writes it. A longer one is
// left out rather than cut: the beginning of an identity is another identity.
func (c *Claim) text(what, said string) string {
	if len(said) > mostText {
		c.Problems = append(c.Problems, what+" is longer than anybody writes one")
		return ""
	}
	return said
}
