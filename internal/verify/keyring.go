// Package verify checks signatures against public keys that were configured. It
// looks at keys only: certificates, time stamps and transparency logs mean
// nothing to it, so a keyless signature is never verified. It tells who signed,
// not what: that the content is about its subject, cosign.Bound tells. It does
// no I/O and has no cryptography of its own: that is sigstore's.
package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/options"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// ErrUnverified is the cause where no key verified what was to be verified. The
// error that wraps it says why.
var ErrUnverified = errors.New("not verified")

const statementType = "application/vnd.in-toto+json"

// Keyring is the keys of which any may have signed.
type Keyring []Key

// Signature verifies a payload by its signature in base64, which cosign keeps in
// an annotation of the payload's layer. It returns the names of the keys that
// made it, sorted.
func (r Keyring) Signature(payload []byte, encoded string) ([]string, error) {
	if encoded == "" {
		return nil, unverified("it carries no signature")
	}
	sig, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, unverified("its signature is not base64 (%w)", err)
	}
	return r.signers(func(v signature.Verifier) error {
		return v.VerifySignature(bytes.NewReader(sig), bytes.NewReader(payload))
	})
}

// Envelope verifies a DSSE envelope that holds an in-toto statement, as the
// layers of cosign's attestations are. One good signature is enough, as it is
// for cosign. It returns the names of the keys that made any, sorted.
func (r Keyring) Envelope(raw []byte) ([]string, error) {
	var e dsse.Envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, unverified("its envelope cannot be read (%w)", err)
	}
	payload, err := e.DecodeB64Payload()
	switch {
	case err != nil:
		return nil, unverified("its envelope cannot be read (%w)", err)
	case e.PayloadType != statementType:
		return nil, unverified("its envelope holds %.80q, not %q", e.PayloadType, statementType)
	case len(e.Signatures) == 0:
		return nil, unverified("it carries no signature")
	case len(e.Signatures) > intake.Signatures:
		return nil, unverified("its envelope carries %d signatures, more than %d", len(e.Signatures), intake.Signatures)
	}
	message := dsse.PAE(e.PayloadType, payload)
	return r.signers(func(v signature.Verifier) error { return verifyAny(v, e.Signatures, message) })
}

func verifyAny(v signature.Verifier, signatures []dsse.Signature, message []byte) error {
	for _, s := range signatures {
		sig, err := base64.StdEncoding.DecodeString(s.Sig)
		if err != nil {
			continue
		}
		if v.VerifySignature(bytes.NewReader(sig), bytes.NewReader(message)) == nil {
			return nil
		}
	}
	return ErrUnverified
}

// Bundle verifies a Sigstore bundle: its envelope as Envelope does, or its
// signature of the subject's manifest. For the latter ECDSA and RSA keys need
// the manifest's SHA-256 digest only; Ed25519 keys sign the manifest itself,
// which is not at hand, and verify none. It returns the names of the keys that
// made any signature, sorted.
func (r Keyring) Bundle(raw []byte, subject oci.Digest) ([]string, error) {
	var bundle struct {
		Envelope *json.RawMessage `json:"dsseEnvelope"`
		Message  *struct {
			Signature []byte `json:"signature"`
		} `json:"messageSignature"`
		Material struct {
			Certificate *json.RawMessage `json:"certificate"`
			Chain       *json.RawMessage `json:"x509CertificateChain"`
		} `json:"verificationMaterial"`
	}
	if err := json.Unmarshal(raw, &bundle); err != nil {
		return nil, unverified("its bundle cannot be read (%w)", err)
	}
	var by []string
	var err error
	switch {
	case bundle.Envelope != nil:
		by, err = r.Envelope(*bundle.Envelope)
	case bundle.Message != nil:
		// Without a message, a verifier that has no use for a digest fails.
		by, err = r.signers(func(v signature.Verifier) error {
			return v.VerifySignature(bytes.NewReader(bundle.Message.Signature), nil, options.WithDigest(subject[:]))
		})
	default:
		return nil, unverified("its bundle has neither an envelope nor a signature")
	}
	if err != nil && (bundle.Material.Certificate != nil || bundle.Material.Chain != nil) {
		return nil, withCertificate(err)
	}
	return by, err
}

// signers returns the names of the keys that verify.
func (r Keyring) signers(verify func(signature.Verifier) error) ([]string, error) {
	var by, all []string
	for _, key := range r {
		all = append(all, key.name)
		if slices.ContainsFunc(key.verifiers, func(v signature.Verifier) bool { return verify(v) == nil }) {
			by = append(by, key.name)
		}
	}
	switch {
	case len(r) == 0:
		return nil, unverified("there is no key")
	case len(by) == 0:
		return nil, unverified("it is not signed by %s", strings.Join(all, " or "))
	default:
		return sorted(by), nil
	}
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

func unverified(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrUnverified, fmt.Errorf(format, args...))
}

// withCertificate tells a keyless signature from one by a key that is missing.
func withCertificate(err error) error {
	return fmt.Errorf("%w (it comes with a certificate, which only cosign verify checks)", err)
}
