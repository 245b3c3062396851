package cosign

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
)

// ErrSuspect is the cause of every refusal of content that does not name the
// subject that it is stored for.
var ErrSuspect = errors.New("does not belong to its subject")

// signPredicate is what cosign 3 states of an image that it signs; any other
// predicate is an attestation.
const signPredicate = "https://sigstore.dev/cosign/sign/v1"

// Statement is what signed content says, and of what.
type Statement struct {
	// PredicateType is "" for content that is signed without a statement.
	PredicateType string
	// Subjects are the SHA-256 digests that it is about.
	Subjects []oci.Digest
}

// Family is signature for what only says that somebody signed, attestation for
// everything else.
func (s Statement) Family() Family {
	if s.PredicateType == "" || s.PredicateType == signPredicate {
		return Signature
	}
	return Attestation
}

// About returns nil if the statement names the subject; its error wraps ErrSuspect.
func (s Statement) About(subject oci.Digest) error {
	switch {
	case !subject.IsZero() && slices.Contains(s.Subjects, subject):
		return nil
	case len(s.Subjects) == 0:
		return fmt.Errorf("its content names no subject: %w", ErrSuspect)
	default:
		return fmt.Errorf("its content names %s, not %s: %w", s.Subjects[0].Short(), subject.Short(), ErrSuspect)
	}
}

// ReadBundle reads a Sigstore bundle (protobuf-specs, sigstore_bundle.proto, as
// JSON). An error wraps ErrSuspect: what cannot be read names nothing.
func ReadBundle(raw []byte) (Statement, error) {
	var bundle struct {
		Envelope *envelope `json:"dsseEnvelope"`
		Message  *struct {
			Digest struct {
				Algorithm string `json:"algorithm"`
				Digest    string `json:"digest"`
			} `json:"messageDigest"`
		} `json:"messageSignature"`
	}
	if err := json.Unmarshal(raw, &bundle); err != nil {
		return Statement{}, unreadable("bundle", err)
	}
	switch {
	case bundle.Envelope != nil:
		return bundle.Envelope.statement()
	case bundle.Message != nil:
		sum, err := base64.StdEncoding.DecodeString(bundle.Message.Digest.Digest)
		if err != nil || len(sum) != len(oci.Digest{}) || bundle.Message.Digest.Algorithm != "SHA2_256" {
			return Statement{}, unreadable("bundle", errors.New("its message digest is no SHA-256"))
		}
		return Statement{Subjects: []oci.Digest{oci.Digest(sum)}}, nil
	default:
		return Statement{}, unreadable("bundle", errors.New("it has neither an envelope nor a signature"))
	}
}

// envelope is a DSSE envelope (secure-systems-lab/dsse, envelope.md).
type envelope struct {
	Payload []byte `json:"payload"`
}

// statement reads the in-toto statement in the envelope.
func (e *envelope) statement() (Statement, error) {
	var s struct {
		PredicateType string `json:"predicateType"`
		Subject       []struct {
			Digest map[string]string `json:"digest"`
		} `json:"subject"`
	}
	if err := json.Unmarshal(e.Payload, &s); err != nil {
		return Statement{}, unreadable("statement", err)
	}
	if s.PredicateType == "" {
		return Statement{}, unreadable("statement", errors.New("it has no predicate type"))
	}
	read := Statement{PredicateType: s.PredicateType}
	for _, subject := range s.Subject {
		if sum, err := hex.DecodeString(subject.Digest["sha256"]); err == nil && len(sum) == len(oci.Digest{}) {
			read.Subjects = append(read.Subjects, oci.Digest(sum))
		}
	}
	return read, nil
}

func unreadable(what string, err error) error {
	return fmt.Errorf("its %s cannot be read (%w): %w", what, err, ErrSuspect)
}
