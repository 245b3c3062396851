package claim

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/sigstore/sigstore/pkg/cryptoutils"

	"github.com/sigsync/sigsync/internal/intake"
)

// The extensions in which Fulcio says who told it of the identity: as bare bytes,
// and as the text that followed it (fulcio, docs/oid-info.md).
const (
	bareIssuer = "1.3.6.1.4.1.57264.1.1"
	textIssuer = "1.3.6.1.4.1.57264.1.8"
)

// pem reads the first certificate of a PEM text.
func (c *Claim) pem(text string) {
	if err := intake.Check("the certificate", len(text), intake.CertificateBytes, "bytes"); err != nil {
		c.Problems = append(c.Problems, err.Error())
		return
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		c.problem("the certificate", errors.New("it is no PEM"))
		return
	}
	c.certificate(block.Bytes)
}

// certificate reads a certificate in DER.
func (c *Claim) certificate(der []byte) {
	if err := intake.Check("the certificate", len(der), intake.CertificateBytes, "bytes"); err != nil {
		c.Problems = append(c.Problems, err.Error())
		return
	}
	x, err := x509.ParseCertificate(der)
	if err != nil {
		c.problem("the certificate", err)
		return
	}
	print256 := sha256.Sum256(x.Raw)
	c.Certificate = &Certificate{
		Subject:   c.text("the certificate's subject", x.Subject.String()),
		Authority: c.text("the certificate's authority", x.Issuer.String()),
		NotBefore: x.NotBefore.UTC(), NotAfter: x.NotAfter.UTC(),
		Issuer: c.text("the certificate's issuer", issuer(x)),
		Key:    keyOf(x), Fingerprint: hex.EncodeToString(print256[:]),
	}
	identities := cryptoutils.GetSubjectAlternateNames(x)
	if err := intake.Check("the certificate", len(identities), intake.Identities, "names"); err != nil {
		c.Problems = append(c.Problems, err.Error())
		return
	}
	for _, name := range identities {
		if kept := c.text("a name in the certificate", name); kept != "" {
			c.Certificate.Identities = append(c.Certificate.Identities, kept)
		}
	}
}

// issuer is what cosign compares: the older extension, where there is one.
func issuer(x *x509.Certificate) string {
	said := ""
	for _, e := range x.Extensions {
		switch e.Id.String() {
		case bareIssuer:
			return string(e.Value)
		case textIssuer:
			var text string
			if rest, err := asn1.Unmarshal(e.Value, &text); err == nil && len(rest) == 0 {
				said = text
			}
		}
	}
	return said
}

func keyOf(x *x509.Certificate) string {
	switch key := x.PublicKey.(type) {
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Params().Name
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case ed25519.PublicKey:
		return "Ed25519"
	default:
		return x.PublicKeyAlgorithm.String()
	}
}
