package claim_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

const (
	payloadType = "application/vnd.dev.cosign.simplesigning.v1+json"
	dsseType    = "application/vnd.dsse.envelope.v1+json"
	bundleType  = "application/vnd.dev.sigstore.bundle.v0.3+json"
	jwsType     = "application/jose+json"
	coseType    = "application/cose"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func layer(t testing.TB, name string) oci.Descriptor {
	t.Helper()
	m, err := oci.ParseManifest(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return m.Layers[0]
}

func of(t testing.TB, mediaType string, content []byte) claim.Claim {
	t.Helper()
	c, ok := claim.Of(oci.Descriptor{MediaType: mediaType}, content)
	if !ok {
		t.Fatalf("Of(%s) claims nothing", mediaType)
	}
	return c
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// What real tools wrote.
func TestRecorded(t *testing.T) {
	notary := &claim.Certificate{
		Subject: "CN=example.test,O=Notary,L=Seattle,ST=WA,C=US", Authority: "CN=example.test,O=Notary,L=Seattle,ST=WA,C=US",
		NotBefore: at(t, "2026-11-25T20:27:19Z"), NotAfter: at(t, "2026-11-26T20:27:19Z"), Key: "RSA 2048",
		Fingerprint: "aad51717e1be490cdb94e934b05f361bca50f6615f0ff2e4c76caf910dbc142a",
	}
	signed := at(t, "2026-11-25T20:29:27Z")
	bundle := claim.Claim{
		Form: claim.Bundle, PredicateType: "https://sigstore.dev/cosign/sign/v1", KeyHint: "88LZ0zjbCSYpbAMHMHf+ZC5K2EH8fuc6nW+VksoVFl0=",
	}
	certified, ok := claim.Of(layer(t, "certificate.json"), nil)
	if !ok {
		t.Fatal("Of(certificate.json) claims nothing")
	}
	for name, c := range map[string]struct{ got, want claim.Claim }{
		"bundle-2.json": {of(t, bundleType, read(t, "bundle-2.json")), bundle},
		"bundle-3.json": {of(t, bundleType, read(t, "bundle-3.json")), bundle},
		"notation.jws":  {of(t, jwsType, read(t, "notation.jws")), claim.Claim{Form: claim.Notation, Certificate: notary, Signed: &signed}},
		"notation.cose": {of(t, coseType, read(t, "notation.cose")), claim.Claim{Form: claim.Notation, Certificate: notary, Signed: &signed}},
		"certificate.json": {certified, claim.Claim{
			Form:      claim.Payload,
			Signature: "MEYCIQCju22lOO4ASWakHQBlRUmU853gYvPYCOvPgrzZYb2kWwIhAPOu3ZgqQjLGaaZb9GDh7c0NzuHOViCTNfiznJNzujP4",
			Certificate: &claim.Certificate{
				Subject: "CN=ci", Authority: "CN=test-ca", Identities: []string{"ci@example.test"},
				NotBefore: at(t, "2026-11-22T09:49:54Z"), NotAfter: at(t, "2036-11-19T09:49:54Z"), Key: "ECDSA P-256",
				Fingerprint: certified.Certificate.Fingerprint,
			},
		}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("Of(%s) (-want +got):\n%s", name, diff)
		}
	}
}

type object = map[string]any

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// certificate makes one as Fulcio does, with the issuer in its extensions: "" is none.
func certificate(t testing.TB, bare, text string, names ...string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signer"}, EmailAddresses: names,
		NotBefore: at(t, "2026-01-02T03:04:05Z"), NotAfter: at(t, "2026-01-02T03:14:05Z"),
	}
	if bare != "" {
		x.ExtraExtensions = append(x.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}, Value: []byte(bare)})
	}
	if text != "" {
		value, err := asn1.MarshalWithParams(text, "utf8")
		if err != nil {
			t.Fatal(err)
		}
		x.ExtraExtensions = append(x.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}, Value: value})
	}
	der, err := x509.CreateCertificate(rand.Reader, x, x, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestKeyless(t *testing.T) {
	statement := encoded(t, object{"predicateType": "https://slsa.dev/provenance/v1"})
	got := of(t, bundleType, encoded(t, object{
		"verificationMaterial": object{
			"certificate":               object{"rawBytes": certificate(t, "https://bare.test", "https://text.test", "ci@example.test")},
			"tlogEntries":               []object{{"logIndex": "12", "integratedTime": "1767323045"}, {"logIndex": 13}},
			"timestampVerificationData": object{"rfc3161Timestamps": []object{{"signedTimestamp": "AA=="}, {}}},
		},
		"dsseEnvelope": object{"payload": statement, "signatures": []object{{"sig": "AA==", "keyid": ""}}},
	}))
	integrated := at(t, "2026-01-02T03:04:05Z")
	want := claim.Claim{
		Form: claim.Bundle, PredicateType: "https://slsa.dev/provenance/v1", Timestamps: 2,
		Logged: []claim.Entry{{Index: 12, Integrated: &integrated}, {Index: 13}},
		Certificate: &claim.Certificate{
			Subject: "CN=signer", Authority: "CN=signer", Identities: []string{"ci@example.test"}, Issuer: "https://bare.test",
			NotBefore: integrated, NotAfter: at(t, "2026-01-02T03:14:05Z"), Key: "ECDSA P-384", Fingerprint: got.Certificate.Fingerprint,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Of(keyless bundle) (-want +got):\n%s", diff)
	}

	// The chain of older bundles has the signer's first, and a newer certificate's
	// issuer is a text.
	got = of(t, bundleType, encoded(t, object{"verificationMaterial": object{"x509CertificateChain": object{"certificates": []object{
		{"rawBytes": certificate(t, "", "https://text.test", "ci@example.test")}, {"rawBytes": certificate(t, "", "", "ca@example.test")},
	}}}}))
	if x := got.Certificate; x == nil || x.Issuer != "https://text.test" || x.Identities[0] != "ci@example.test" {
		t.Errorf("Of(bundle with a chain) = %+v, want the first certificate with its issuer", got)
	}

	// cosign 2 keeps all of it in annotations.
	d := oci.Descriptor{MediaType: "text/plain", Annotations: map[string]string{
		"dev.cosignproject.cosign/signature":   "c2lnbmVk",
		"dev.sigstore.cosign/certificate":      string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate(t, "https://bare.test", "", "ci@example.test")})),
		"dev.sigstore.cosign/bundle":           `{"SignedEntryTimestamp":"AA==","Payload":{"body":"e30=","integratedTime":1767323045,"logIndex":7,"logID":"x"}}`,
		"dev.sigstore.cosign/rfc3161timestamp": "{}",
	}}
	got, ok := claim.OfTag(cosign.Signature, d, nil)
	if !ok || got.Certificate == nil || got.Certificate.Issuer != "https://bare.test" || got.Signature != "c2lnbmVk" || got.Timestamps != 1 {
		t.Errorf("OfTag(annotations) = %+v, %t, want certificate, signature and time stamp", got, ok)
	}
	if diff := cmp.Diff([]claim.Entry{{Index: 7, Integrated: &integrated}}, got.Logged); diff != "" {
		t.Errorf("OfTag(annotations).Logged (-want +got):\n%s", diff)
	}
	got, _ = claim.OfTag(cosign.Attestation, d, encoded(t, object{"payload": statement, "signatures": []object{{"keyid": "me"}}}))
	if got.PredicateType != "https://slsa.dev/provenance/v1" || got.KeyHint != "me" || got.Form != claim.Envelope {
		t.Errorf("OfTag(attestation) = %+v, want its predicate type and key", got)
	}
}

func cose(t testing.TB, protected, header any) []byte {
	t.Helper()
	inner, err := cbor.Marshal(protected)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := cbor.Marshal(cbor.Tag{Number: 18, Content: []any{inner, header, []byte("{}"), []byte("signature")}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestCOSE(t *testing.T) {
	one := certificate(t, "", "", "ci@example.test")
	for name, chain := range map[string]any{"alone": one, "first": [][]byte{one, certificate(t, "", "", "ca@example.test")}} {
		got := of(t, coseType, cose(t, object{}, map[any]any{33: chain, "io.cncf.notary.timestampSignature": []byte("x")}))
		if got.Certificate == nil || got.Certificate.Identities[0] != "ci@example.test" || got.Timestamps != 1 {
			t.Errorf("Of(COSE, certificate %s) = %+v, want the signer's certificate and a time stamp", name, got)
		}
	}
}

func TestNothingIsClaimedBySBOMs(t *testing.T) {
	if c, ok := claim.Of(oci.Descriptor{MediaType: "application/spdx+json"}, []byte("{}")); ok {
		t.Errorf("Of(SBOM) = %+v, want nothing", c)
	}
	if c, ok := claim.OfTag(cosign.SBOM, oci.Descriptor{MediaType: payloadType}, nil); ok {
		t.Errorf("OfTag(SBOM) = %+v, want nothing", c)
	}
}

// What cannot be read, or is too much, is a problem, and the rest is told.
func TestHostile(t *testing.T) {
	long := strings.Repeat("x", intake.MessageBytes+1)
	many := make([]string, intake.Identities+1)
	for i := range many {
		many[i] = "ci@example.test"
	}
	material := func(m object) []byte { return encoded(t, object{"verificationMaterial": m}) }
	annotated := func(key, text string) []byte { return []byte(key + "\x00" + text) }
	entries := make([]object, intake.Signatures+1)
	for i := range entries {
		entries[i] = object{"logIndex": i}
	}
	for name, c := range map[string]struct {
		mediaType string
		content   []byte
		want      string
	}{
		"no JSON":                 {bundleType, []byte("<html>"), "the bundle cannot be read"},
		"another kind of JSON":    {bundleType, []byte(`[]`), "the bundle cannot be read"},
		"an envelope in pieces":   {dsseType, []byte(`{"payload":"`), "the envelope cannot be read"},
		"a payload not in base64": {dsseType, []byte(`{"payload":"%"}`), "the statement cannot be read"},
		"no statement":            {dsseType, encoded(t, object{"payload": []byte("<html>")}), "the statement cannot be read"},
		"a long predicate type":   {dsseType, encoded(t, object{"payload": encoded(t, object{"predicateType": long})}), "the predicate type is longer"},
		"a long hint":             {bundleType, material(object{"publicKey": object{"hint": long}}), "the key hint is longer"},
		"no certificate":          {bundleType, material(object{"certificate": object{"rawBytes": "AAAA"}}), "the certificate cannot be read"},
		"an empty certificate":    {bundleType, material(object{"certificate": object{}}), "the certificate cannot be read"},
		"a huge certificate":      {bundleType, material(object{"certificate": object{"rawBytes": make([]byte, intake.CertificateBytes+1)}}), "the certificate has more than 65536 bytes"},
		"many names":              {bundleType, material(object{"certificate": object{"rawBytes": certificate(t, "", "", many...)}}), "the certificate has more than 20 names"},
		"a long name":             {bundleType, material(object{"certificate": object{"rawBytes": certificate(t, "", "", long)}}), "a name in the certificate is longer"},
		"a long issuer":           {bundleType, material(object{"certificate": object{"rawBytes": certificate(t, long, "")}}), "the certificate's issuer is longer"},
		"many entries":            {bundleType, material(object{"tlogEntries": entries}), "the bundle has more than 100 entries"},
		"a number that is none":   {bundleType, material(object{"tlogEntries": []object{{"logIndex": "1e9"}}}), "the bundle cannot be read"},
		"JWS in pieces":           {jwsType, []byte(`{`), "the signature cannot be read"},
		"JWS without header":      {jwsType, []byte(`{"protected":"%"}`), "the header cannot be read"},
		"COSE in pieces":          {coseType, []byte{0xd2, 0x84}, "the signature cannot be read"},
		"COSE, deep":              {coseType, bytes.Repeat([]byte{0x81}, 10_000), "the signature cannot be read"},
		"COSE without header":     {coseType, cose(t, []byte("x"), object{}), "the header cannot be read"},
		"COSE with an odd chain":  {coseType, cose(t, object{}, map[any]any{33: "x"}), "the certificate cannot be read"},
		"COSE with no chain":      {coseType, cose(t, object{}, map[any]any{33: [][]byte{}}), "the certificate cannot be read"},
		"COSE at an odd time":     {coseType, cose(t, object{"io.cncf.notary.signingTime": []int{1}}, object{}), "the time of the signature cannot be read"},
		"no PEM":                  {"", annotated("dev.sigstore.cosign/certificate", "<html>"), "the certificate cannot be read: it is no PEM"},
		"a huge PEM":              {"", annotated("dev.sigstore.cosign/certificate", strings.Repeat("x", intake.CertificateBytes+1)), "the certificate has more than 65536 bytes"},
		"an odd entry":            {"", annotated("dev.sigstore.cosign/bundle", `{}`), "the entry of a transparency log cannot be read"},
		"a long signature":        {"", annotated("dev.cosignproject.cosign/signature", long), "the signature is longer"},
	} {
		d := oci.Descriptor{MediaType: c.mediaType}
		if key, text, ok := strings.Cut(string(c.content), "\x00"); ok && c.mediaType == "" {
			d = oci.Descriptor{MediaType: payloadType, Annotations: map[string]string{key: text}}
		}
		got, ok := claim.Of(d, c.content)
		if !ok || !strings.HasPrefix(strings.Join(got.Problems, "; "), c.want) {
			t.Errorf("Of(%s).Problems = %.200q, want %q", name, got.Problems, c.want)
		}
	}
}

// A time that JSON cannot write is none.
func TestTimesThatCannotBeWritten(t *testing.T) {
	for _, integrated := range []string{"-1", "0", "253402300800", "9223372036854775807"} {
		got := of(t, bundleType, encoded(t, object{"verificationMaterial": object{"tlogEntries": []object{{"integratedTime": integrated}}}}))
		if got.Logged[0].Integrated != nil {
			t.Errorf("Of(integrated %s) = %v, want none", integrated, got.Logged[0].Integrated)
		}
	}
	protected := base64.RawURLEncoding.EncodeToString([]byte(`{"io.cncf.notary.signingTime":"0000-01-01T00:00:00+23:00"}`))
	if got := of(t, jwsType, encoded(t, object{"protected": protected})); got.Signed != nil {
		t.Errorf("Of(JWS before the year 0) = %v, want none", got.Signed)
	}
}

func FuzzOf(f *testing.F) {
	for mediaType, name := range map[string]string{bundleType: "bundle-3.json", jwsType: "notation.jws", coseType: "notation.cose"} {
		f.Add(mediaType, read(f, name), "", "")
	}
	d := layer(f, "certificate.json")
	f.Add(payloadType, []byte(nil), d.Annotations["dev.sigstore.cosign/certificate"], `{"Payload":{"integratedTime":1,"logIndex":1}}`)
	f.Add(dsseType, []byte(`{"payload":"e30=","signatures":[{"keyid":"x"}]}`), "", "")
	f.Fuzz(func(t *testing.T, mediaType string, content []byte, certificate, receipt string) {
		c, ok := claim.Of(oci.Descriptor{MediaType: mediaType, Annotations: map[string]string{
			"dev.sigstore.cosign/certificate": certificate, "dev.sigstore.cosign/bundle": receipt,
		}}, content)
		if !ok && !cmp.Equal(c, claim.Claim{}) {
			t.Errorf("Of(%q) = %+v and nothing, want nothing", mediaType, c)
		}
		if _, err := json.Marshal(c); err != nil {
			t.Errorf("Of(%q, %q) cannot be written: %v", mediaType, content, err)
		}
		if len(c.KeyHint) > intake.MessageBytes || len(c.PredicateType) > intake.MessageBytes || len(c.Logged) > intake.Signatures+1 {
			t.Errorf("Of(%q, %q) = %+v, more than is taken in", mediaType, content, c)
		}
	})
}
