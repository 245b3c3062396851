package claim

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

const mostText = intake.MessageBytes

const (
	payloadType  = "application/vnd.dev.cosign.simplesigning.v1+json"
	envelopeType = "application/vnd.dsse.envelope.v1+json"
	bundlePrefix = "application/vnd.dev.sigstore.bundle"
	jwsType      = "application/jose+json"
	coseType     = "application/cose"
)

// Of returns what the layer of an attachment claims, and whether such a layer
// claims anything: SBOMs do not. d is as the manifest has it, with annotations.
func Of(d oci.Descriptor, content []byte) (Claim, bool) {
	var c Claim
	switch {
	case d.MediaType == payloadType:
		c = Claim{Form: Payload, Signature: d.Annotations["dev.cosignproject.cosign/signature"]}
		c.annotations(d.Annotations)
	case d.MediaType == envelopeType:
		c.Form = Envelope
		c.envelope(content)
		c.annotations(d.Annotations)
	case strings.HasPrefix(d.MediaType, bundlePrefix):
		c.Form = Bundle
		c.bundle(content)
	case d.MediaType == jwsType:
		c.Form = Notation
		c.jws(content)
	case d.MediaType == coseType:
		c.Form = Notation
		c.cose(content)
	default:
		return Claim{}, false
	}
	c.Signature = c.text("the signature", c.Signature)
	c.KeyHint = c.text("the key hint", c.KeyHint)
	c.PredicateType = c.text("the predicate type", c.PredicateType)
	return c, true
}

// OfTag does what Of does for a layer of one of cosign's tags, whose media type
// cosign does not ask for.
func OfTag(family cosign.Family, d oci.Descriptor, content []byte) (Claim, bool) {
	switch family {
	case cosign.Signature:
		d.MediaType = payloadType
	case cosign.Attestation:
		d.MediaType = envelopeType
	default:
		return Claim{}, false
	}
	return Of(d, content)
}

// annotations reads what cosign keeps beside a layer.
func (c *Claim) annotations(a map[string]string) {
	if text := a["dev.sigstore.cosign/certificate"]; text != "" {
		c.pem(text)
	}
	if text := a["dev.sigstore.cosign/bundle"]; text != "" {
		c.receipt([]byte(text))
	}
	if a["dev.sigstore.cosign/rfc3161timestamp"] != "" {
		c.Timestamps = 1
	}
}

// receipt reads what Rekor answered to cosign 1 and 2.
func (c *Claim) receipt(raw []byte) {
	var bundle struct {
		Payload *struct {
			Integrated int64 `json:"integratedTime"`
			Index      int64 `json:"logIndex"`
		} `json:"Payload"`
	}
	err := json.Unmarshal(raw, &bundle)
	if err == nil && bundle.Payload == nil {
		err = errors.New("it has no payload")
	}
	if err != nil {
		c.problem("the entry of a transparency log", err)
		return
	}
	c.Logged = append(c.Logged, entry(bundle.Payload.Index, bundle.Payload.Integrated))
}

// envelope reads a DSSE envelope.
func (c *Claim) envelope(raw []byte) {
	var e struct {
		Payload    string `json:"payload"`
		Signatures []struct {
			KeyID string `json:"keyid"`
		} `json:"signatures"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		c.problem("the envelope", err)
		return
	}
	for _, s := range e.Signatures {
		if c.KeyHint == "" {
			c.KeyHint = s.KeyID
		}
	}
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		c.problem("the statement", err)
		return
	}
	var statement struct {
		PredicateType string `json:"predicateType"`
	}
	if err := json.Unmarshal(payload, &statement); err != nil {
		c.problem("the statement", err)
		return
	}
	c.PredicateType = statement.PredicateType
}
