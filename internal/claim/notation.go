package claim

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/sigsync/sigsync/internal/intake"
)

// signingTime is the header in which Notation says when it signed, in both forms
// (notaryproject/specifications, signature-specification.md).
const (
	signingTime   = "io.cncf.notary.signingTime"
	timestampName = "io.cncf.notary.timestampSignature"
)

// jws reads a Notation signature in JSON (signature-envelope-jws.md).
func (c *Claim) jws(raw []byte) {
	var s struct {
		Protected string `json:"protected"`
		Header    struct {
			Chain     [][]byte `json:"x5c"`
			Timestamp string   `json:"io.cncf.notary.timestampSignature"`
		} `json:"header"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		c.problem("the signature", err)
		return
	}
	if s.Header.Timestamp != "" {
		c.Timestamps = 1
	}
	if len(s.Header.Chain) > 0 {
		c.certificate(s.Header.Chain[0]) // the signer's comes first
	}
	protected, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.Protected, "="))
	var headers struct {
		Signed *time.Time `json:"io.cncf.notary.signingTime"`
	}
	if err == nil {
		err = json.Unmarshal(protected, &headers)
	}
	if err != nil {
		c.problem("the header", err)
		return
	}
	if headers.Signed != nil {
		c.Signed = dated(*headers.Signed)
	}
}

// certificates is the header of COSE that has the chain (RFC 9360, section 2).
const certificates = 33

// cose reads a Notation signature in CBOR: COSE_Sign1 (RFC 9052, section 4.2).
func (c *Claim) cose(raw []byte) {
	mode, err := cbor.DecOptions{
		MaxNestedLevels: intake.Nesting, MaxArrayElements: intake.Signatures, MaxMapPairs: intake.Signatures,
		TimeTag: cbor.DecTagOptional,
	}.DecMode()
	if err != nil {
		c.problem("the signature", err)
		return
	}
	var s struct {
		_         struct{} `cbor:",toarray"`
		Protected []byte
		Header    map[any]cbor.RawMessage
		Payload   []byte
		Signature []byte
	}
	if err := mode.Unmarshal(raw, &s); err != nil {
		c.problem("the signature", err)
		return
	}
	if s.Header[timestampName] != nil {
		c.Timestamps = 1
	}
	if chain := s.Header[uint64(certificates)]; chain != nil {
		c.chain(mode, chain)
	}
	var protected map[any]cbor.RawMessage
	if err := mode.Unmarshal(s.Protected, &protected); err != nil {
		c.problem("the header", err)
		return
	}
	if at := protected[signingTime]; at != nil {
		var signed time.Time
		if err := mode.Unmarshal(at, &signed); err != nil {
			c.problem("the time of the signature", err)
			return
		}
		c.Signed = dated(signed)
	}
}

// chain reads the certificate of the signer, which is alone or comes first.
func (c *Claim) chain(mode cbor.DecMode, raw cbor.RawMessage) {
	var one []byte
	if mode.Unmarshal(raw, &one) == nil {
		c.certificate(one)
		return
	}
	var all [][]byte
	err := mode.Unmarshal(raw, &all)
	if err == nil && len(all) == 0 {
		err = errors.New("there is none")
	}
	if err != nil {
		c.problem("the certificate", err)
		return
	}
	c.certificate(all[0])
}

// dated is a time that can be written.
func dated(t time.Time) *time.Time {
	if t = t.UTC(); t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return nil
	}
	return &t
}
