package verify_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/options"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/verify"
)

func load(t testing.TB, name string, private crypto.PrivateKey, opts ...signature.LoadOption) signer {
	t.Helper()
	s, err := signature.LoadSignerWithOpts(private, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return signer{Signer: s, name: name}
}

func ecdsaKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signers sign in every way that cosign does.
func signers(t testing.TB) []signer {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384 := ecdsaKey(t, elliptic.P384())
	return []signer{
		load(t, "ecdsa", ecdsaKey(t, elliptic.P256())),
		load(t, "ecdsa-384-256", p384),
		load(t, "ecdsa-384", p384, options.WithHash(crypto.SHA384)),
		load(t, "ecdsa-521", ecdsaKey(t, elliptic.P521()), options.WithHash(crypto.SHA512)),
		load(t, "rsa", rsaKey),
		load(t, "ed25519", edKey),
		load(t, "ed25519ph", edKey, options.WithED25519ph()),
	}
}

// check compares what a keyring says: names, or ErrUnverified with a reason.
func check(t *testing.T, call string, got []string, err error, want []string, reason string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s, %v (-want +got):\n%s", call, err, diff)
	}
	if reason == "" && err != nil {
		t.Errorf("%s = %v, want nil", call, err)
	}
	if reason != "" && (!errors.Is(err, verify.ErrUnverified) || !strings.Contains(err.Error(), reason)) {
		t.Errorf("%s = %v, want ErrUnverified that says %q", call, err, reason)
	}
}

func TestSignature(t *testing.T) {
	payload := []byte(`{"critical":{}}`)
	other := load(t, "other", ecdsaKey(t, elliptic.P256()))
	for _, s := range signers(t) {
		r, sig := ring(t, other, s), s.sign(t, payload)
		by, err := r.Signature(payload, sig)
		check(t, "Signature by "+s.name, by, err, []string{s.name}, "")
		by, err = ring(t, other).Signature(payload, sig)
		check(t, "Signature by "+s.name+", without its key", by, err, nil, "not signed by other")
		by, err = r.Signature(append(payload, ' '), sig)
		check(t, "Signature by "+s.name+" of a changed payload", by, err, nil, "not signed by other or "+s.name)
		raw, _ := base64.StdEncoding.DecodeString(sig)
		raw[len(raw)-1] ^= 1
		by, err = r.Signature(payload, base64.StdEncoding.EncodeToString(raw))
		check(t, "changed Signature by "+s.name, by, err, nil, "not signed by")
		for broken, reason := range map[string]string{
			"": "carries no signature", "*": "not base64", sig[:len(sig)-1]: "not base64", "AA==": "not signed by",
			base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0x30}, 8<<20)): "not signed by",
		} {
			by, err = r.Signature(payload, broken)
			check(t, "Signature that is broken", by, err, nil, reason)
		}
	}
}

func TestSignatureOfNobody(t *testing.T) {
	s := load(t, "k", ecdsaKey(t, elliptic.P256()))
	by, err := verify.Keyring(nil).Signature([]byte("x"), s.sign(t, []byte("x")))
	check(t, "Signature with no keys", by, err, nil, "there is no key")
}

// A key that is configured twice signs under both names, one name counts once.
func TestSignatureNamesKeys(t *testing.T) {
	private := ecdsaKey(t, elliptic.P256())
	b, a := load(t, "b", private), load(t, "a", private)
	by, err := ring(t, b, a, b).Signature([]byte("x"), a.sign(t, []byte("x")))
	check(t, "Signature", by, err, []string{"a", "b"}, "")
}

func TestEnvelope(t *testing.T) {
	payload := []byte(`{"predicateType":"x"}`)
	other := load(t, "other", ecdsaKey(t, elliptic.P256()))
	for _, s := range signers(t) {
		r, raw := ring(t, other, s), s.envelope(t, statementType, payload)
		for call, verified := range map[string]func(verify.Keyring, []byte) ([]string, error){
			"Envelope": verify.Keyring.Envelope,
			"Bundle":   func(r verify.Keyring, raw []byte) ([]string, error) { return r.Bundle(bundled(raw), oci.Digest{}) },
		} {
			by, err := verified(r, raw)
			check(t, call+" by "+s.name, by, err, []string{s.name}, "")
			by, err = verified(ring(t, other), raw)
			check(t, call+" by "+s.name+", without its key", by, err, nil, "not signed by other")
			by, err = verified(r, s.envelope(t, "text/plain", payload))
			check(t, call+" of another payload type", by, err, nil, `holds "text/plain"`)
			by, err = verified(r, bytes.Replace(s.envelope(t, "text/plain", payload), []byte("text/plain"), []byte(statementType), 1))
			check(t, call+" of a changed payload type", by, err, nil, "not signed by")
			changed := base64.StdEncoding.EncodeToString([]byte(`{"predicateType":"y"}`))
			by, err = verified(r, bytes.Replace(raw, []byte(base64.StdEncoding.EncodeToString(payload)), []byte(changed), 1))
			check(t, call+" of a changed payload", by, err, nil, "not signed by")
		}
	}
}

type dsseSignature struct {
	Sig string `json:"sig"`
	// KeyID is a hint that anybody may have written.
	KeyID string `json:"keyid"`
}

func envelopeOf(t *testing.T, payload string, signatures ...dsseSignature) []byte {
	t.Helper()
	return encoded(t, map[string]any{"payloadType": statementType, "payload": payload, "signatures": signatures})
}

func TestEnvelopeWithSeveralSignatures(t *testing.T) {
	a, b, other := load(t, "a", ecdsaKey(t, elliptic.P256())), load(t, "b", ecdsaKey(t, elliptic.P256())), load(t, "other", ecdsaKey(t, elliptic.P256()))
	payload := base64.StdEncoding.EncodeToString([]byte("{}"))
	message := []byte("DSSEv1 28 " + statementType + " 2 {}")
	by, err := ring(t, b, other, a).Envelope(envelopeOf(t, payload,
		dsseSignature{Sig: "*"}, dsseSignature{Sig: a.sign(t, message), KeyID: "a hint"}, dsseSignature{Sig: b.sign(t, message)}))
	check(t, "Envelope of two", by, err, []string{"a", "b"}, "")

	many := make([]dsseSignature, 100, 101)
	many[99].Sig = a.sign(t, message)
	by, err = ring(t, a).Envelope(envelopeOf(t, payload, many...))
	check(t, "Envelope with 100 signatures", by, err, []string{"a"}, "")
	by, err = ring(t, a).Envelope(envelopeOf(t, payload, append(many, dsseSignature{})...))
	check(t, "Envelope with 101 signatures", by, err, nil, "101 signatures")
}

func TestEnvelopeThatIsNone(t *testing.T) {
	r := ring(t, load(t, "k", ecdsaKey(t, elliptic.P256())))
	payload := base64.StdEncoding.EncodeToString([]byte("{}"))
	for _, c := range []struct{ name, raw, reason string }{
		{"nothing", "", "cannot be read"},
		{"no JSON", "\x00", "cannot be read"},
		{"null", "null", `holds ""`},
		{"no base64", string(envelopeOf(t, "*", dsseSignature{Sig: "AA=="})), "cannot be read"},
		{"no signature", string(envelopeOf(t, payload)), "carries no signature"},
		{"an empty signature", string(envelopeOf(t, payload, dsseSignature{})), "not signed by k"},
		{"a signature that is no base64", string(envelopeOf(t, payload, dsseSignature{Sig: "*"})), "not signed by k"},
	} {
		by, err := r.Envelope([]byte(c.raw))
		check(t, "Envelope that is "+c.name, by, err, nil, c.reason)
	}
}

func message(t *testing.T, sig string) []byte {
	t.Helper()
	return encoded(t, map[string]any{"messageSignature": map[string]any{"signature": sig}})
}

// A signature of the manifest itself can be verified by the manifest's digest,
// where that is what the key signs.
func TestBundleOfAMessage(t *testing.T) {
	artifact := read(t, "bundle-manifest.json")
	subject := oci.FromBytes(artifact)
	for _, s := range signers(t) {
		var want []string
		reason := "not signed by " + s.name
		if s.name == "ecdsa" || s.name == "ecdsa-384-256" || s.name == "rsa" {
			want, reason = []string{s.name}, ""
		}
		by, err := ring(t, s).Bundle(message(t, s.sign(t, artifact)), subject)
		check(t, "Bundle with a message by "+s.name, by, err, want, reason)
		by, err = ring(t, s).Bundle(message(t, s.sign(t, artifact)), oci.Digest{1})
		check(t, "Bundle with a message of another subject by "+s.name, by, err, nil, "not signed by "+s.name)
		// The message that is not at hand is not the empty one.
		by, err = ring(t, s).Bundle(message(t, s.sign(t, nil)), subject)
		check(t, "Bundle with an empty message by "+s.name, by, err, nil, "not signed by "+s.name)
	}
}

func TestBundleThatIsNone(t *testing.T) {
	r := cosignKey(t)
	for _, c := range []struct{ name, raw, reason string }{
		{"nothing", "", "cannot be read"},
		{"no bundle", "[]", "cannot be read"},
		{"null", "null", "neither"},
		{"of neither", `{"dsseEnvelope":null,"messageSignature":null}`, "neither"},
		{"with an empty envelope", `{"dsseEnvelope":{}}`, `holds ""`},
		{"with a message that is no base64", `{"messageSignature":{"signature":"*"}}`, "cannot be read"},
		{"with an empty message", `{"messageSignature":{}}`, "not signed by cosign.pub"},
		{"keyless", `{"messageSignature":{},"verificationMaterial":{"certificate":{}}}`, "comes with a certificate"},
		{"keyless, version 1", `{"dsseEnvelope":{},"verificationMaterial":{"x509CertificateChain":{}}}`, "comes with a certificate"},
	} {
		by, err := r.Bundle([]byte(c.raw), oci.Digest{1})
		check(t, "Bundle that is "+c.name, by, err, nil, c.reason)
	}
}

func TestBundleOfCosign(t *testing.T) {
	other := ring(t, load(t, "other", ecdsaKey(t, elliptic.P256())))
	for _, file := range []string{"bundle-2.json", "bundle-3.json"} {
		by, err := append(other, cosignKey(t)...).Bundle(read(t, file), oci.Digest{})
		check(t, "Bundle("+file+")", by, err, []string{"cosign.pub"}, "")
		by, err = other.Bundle(read(t, file), oci.Digest{})
		check(t, "Bundle("+file+") without its key", by, err, nil, "not signed by other")
	}
}

// Nothing is verified that no key signed, and nothing makes it fail otherwise.
func FuzzBundle(f *testing.F) {
	r := ring(f, load(f, "k", ecdsaKey(f, elliptic.P256())))
	for _, file := range []string{"bundle-2.json", "bundle-3.json", "signature-payload.json"} {
		f.Add(read(f, file))
	}
	f.Add([]byte(`{"messageSignature":{"signature":"AAAA"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if by, err := r.Bundle(raw, oci.Digest{1}); !errors.Is(err, verify.ErrUnverified) {
			t.Errorf("Bundle(%q) = %v, %v, want ErrUnverified", raw, by, err)
		}
		if by, err := r.Envelope(raw); !errors.Is(err, verify.ErrUnverified) {
			t.Errorf("Envelope(%q) = %v, %v, want ErrUnverified", raw, by, err)
		}
		if by, err := r.Signature(raw, string(raw)); !errors.Is(err, verify.ErrUnverified) {
			t.Errorf("Signature(%q) = %v, %v, want ErrUnverified", raw, by, err)
		}
	})
}
