package cosign

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"github.com/sigsync/sigsync/internal/oci"
)

const (
	jwsType  = "application/jose+json"
	coseType = "application/cose"
)

// Binds tells whether the content of layers of a media type names a subject.
func Binds(mediaType string) bool {
	switch mediaType {
	case simpleSigningType, envelopeType, jwsType, coseType:
		return true
	default:
		return isBundle(mediaType)
	}
}

// Bound returns nil if the content of a layer names the subject that its
// attachment is stored for, and where it has no place for that name, as SBOMs
// have none. Its error wraps ErrSuspect.
func Bound(mediaType string, content []byte, subject oci.Digest) error {
	var s Statement
	var err error
	switch {
	case mediaType == simpleSigningType:
		s, err = readPayload(content)
	case mediaType == envelopeType:
		s, err = readEnvelope(content)
	case isBundle(mediaType):
		s, err = ReadBundle(content)
	case mediaType == jwsType:
		s, err = readJWS(content)
	case mediaType == coseType:
		s, err = readCOSE(content)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return s.About(subject)
}

// Bound does what Bound does for a layer of the tag's own manifest. Its media
// type is not asked: cosign reads any layer of a .sig tag as a payload, and any
// of an .att tag as an envelope.
func (t Tag) Bound(content []byte) error {
	switch t.Family {
	case Signature:
		return Bound(simpleSigningType, content, t.Subject)
	case Attestation:
		return Bound(envelopeType, content, t.Subject)
	default:
		return nil
	}
}

// readPayload reads a simple signing payload (cosign, specs/SIGNATURE_SPEC.md).
func readPayload(content []byte) (Statement, error) {
	var payload struct {
		Critical struct {
			Image struct {
				Digest oci.Digest `json:"docker-manifest-digest"`
			} `json:"image"`
		} `json:"critical"`
	}
	if err := json.Unmarshal(content, &payload); err != nil {
		return Statement{}, unreadable("payload", err)
	}
	return naming(payload.Critical.Image.Digest), nil
}

func naming(d oci.Digest) Statement {
	if d.IsZero() {
		return Statement{}
	}
	return Statement{Subjects: []oci.Digest{d}}
}

func readEnvelope(content []byte) (Statement, error) {
	var e envelope
	if err := json.Unmarshal(content, &e); err != nil {
		return Statement{}, unreadable("envelope", err)
	}
	return e.statement()
}

// readJWS reads a Notation signature in JSON (notaryproject/specifications,
// signature-envelope-jws.md).
func readJWS(content []byte) (Statement, error) {
	var signature struct {
		Payload string `json:"payload"`
	}
	if err := json.Unmarshal(content, &signature); err != nil {
		return Statement{}, unreadable("signature", err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(signature.Payload, "="))
	if err != nil {
		return Statement{}, unreadable("signature", err)
	}
	return readTarget(payload)
}

// readCOSE reads a Notation signature in CBOR: COSE_Sign1 (RFC 9052, section
// 4.2), with or without its tag.
func readCOSE(content []byte) (Statement, error) {
	var message struct {
		_         struct{} `cbor:",toarray"`
		Protected []byte
		Header    cbor.RawMessage
		Payload   []byte
		Signature []byte
	}
	if err := cbor.Unmarshal(content, &message); err != nil {
		return Statement{}, unreadable("signature", err)
	}
	return readTarget(message.Payload)
}

// readTarget reads the payload that both forms of Notation signatures have.
func readTarget(payload []byte) (Statement, error) {
	var target struct {
		Artifact struct {
			Digest oci.Digest `json:"digest"`
		} `json:"targetArtifact"`
	}
	if err := json.Unmarshal(payload, &target); err != nil {
		return Statement{}, unreadable("signature", fmt.Errorf("payload: %w", err))
	}
	return naming(target.Artifact.Digest), nil
}
