package claim

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
)

// material is the part of a Sigstore bundle that says who signed and when
// (protobuf-specs, sigstore_bundle.proto, as JSON).
type material struct {
	PublicKey *struct {
		Hint string `json:"hint"`
	} `json:"publicKey"`
	Certificate *rawCertificate `json:"certificate"`
	Chain       *struct {
		Certificates []rawCertificate `json:"certificates"`
	} `json:"x509CertificateChain"`
	Entries []struct {
		Index      number `json:"logIndex"`
		Integrated number `json:"integratedTime"`
	} `json:"tlogEntries"`
	Timestamps *struct {
		RFC3161 []json.RawMessage `json:"rfc3161Timestamps"`
	} `json:"timestampVerificationData"`
}

type rawCertificate struct {
	Bytes []byte `json:"rawBytes"`
}

// bundle reads a Sigstore bundle. What signed content names, cosign.Bound reads.
func (c *Claim) bundle(raw []byte) {
	var b struct {
		Material material        `json:"verificationMaterial"`
		Envelope json.RawMessage `json:"dsseEnvelope"`
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		c.problem("the bundle", err)
		return
	}
	if len(b.Envelope) > 0 {
		c.envelope(b.Envelope)
	}
	m := b.Material
	if m.PublicKey != nil && m.PublicKey.Hint != "" {
		c.KeyHint = m.PublicKey.Hint
	}
	switch {
	case m.Certificate != nil:
		c.certificate(m.Certificate.Bytes)
	case m.Chain != nil && len(m.Chain.Certificates) > 0:
		c.certificate(m.Chain.Certificates[0].Bytes) // the signer's comes first
	}
	if err := intake.Check("the bundle", len(m.Entries), intake.Signatures, "entries of transparency logs"); err != nil {
		c.Problems = append(c.Problems, err.Error())
		m.Entries = nil
	}
	for _, e := range m.Entries {
		c.Logged = append(c.Logged, entry(int64(e.Index), int64(e.Integrated)))
	}
	if m.Timestamps != nil {
		c.Timestamps = len(m.Timestamps.RFC3161)
	}
}

// number is a 64-bit one, which protobuf writes as a text in JSON.
type number int64

// UnmarshalJSON reads a number in quotes or without.
func (n *number) UnmarshalJSON(raw []byte) error {
	parsed, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	*n = number(parsed)
	return err
}

// entry is one of a log; integrated is in seconds since 1970, and 0 is none:
// Rekor 2 tells no time.
func entry(index, integrated int64) Entry {
	e := Entry{Index: index}
	if integrated > 0 && integrated < yearTenThousand {
		e.Integrated = new(time.Unix(integrated, 0).UTC())
	}
	return e
}

// yearTenThousand is where RFC 3339 ends, in seconds since 1970.
const yearTenThousand = 253_402_300_800
