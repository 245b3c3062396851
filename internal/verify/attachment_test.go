package verify_test

import (
	"crypto/elliptic"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/verify"
)

// blobs are contents by digest; what is not there cannot be read.
type blobs map[oci.Digest][]byte

var errGone = errors.New("gone")

func (b blobs) read(d oci.Descriptor) ([]byte, error) {
	content, ok := b[d.Digest]
	if !ok {
		return nil, errGone
	}
	return content, nil
}

func (b blobs) layer(mediaType string, content []byte, annotations ...string) oci.Descriptor {
	d := oci.Descriptor{MediaType: mediaType, Digest: oci.FromBytes(content), Size: int64(len(content)), Annotations: map[string]string{}}
	for i := 0; i < len(annotations); i += 2 {
		d.Annotations[annotations[i]] = annotations[i+1]
	}
	b[d.Digest] = content
	return d
}

func TestAttachmentOfCosign(t *testing.T) {
	held := blobs{}
	for _, file := range []string{"signature-payload.json", "two-keys-payload.json", "bundle-2.json"} {
		held.layer("", read(t, file))
	}
	other := ring(t, load(t, "other", ecdsaKey(t, elliptic.P256())))
	for _, c := range []struct {
		file   string
		ring   verify.Keyring
		want   []string
		reason string
	}{
		{"signature.json", append(other, cosignKey(t)...), []string{"cosign.pub"}, ""},
		{"signature.json", other, nil, "verify layer sha256:df5f55ee90be (signature MEYCIQDOZXGXsk1nzF6tA0n0): not verified: it is not signed by other"},
		{"bundle-manifest.json", cosignKey(t), []string{"cosign.pub"}, ""},
		{"bundle-manifest.json", other, nil, "verify layer sha256:fa75df0978ea: not verified: it is not signed by other"},
		// The second signer is not known: the attachment is not verified, and the report says who the first is.
		{"two-keys.json", cosignKey(t), []string{"cosign.pub"}, "(signature MEQCIEY5uPUeudufmPuNn9UP): not verified"},
		{"two-keys.json", other, nil, "not signed by other; 2 of 2 layers are unverified"},
		{"two-keys.json", other, nil, "verify layer sha256:9f4c7fb42f68 (signature MEQCIFbhHfh1Y+HOhM/jAMmS): "},
		{"notation.json", cosignKey(t), nil, "notation verify"},
	} {
		by, err := c.ring.Attachment(oci.Digest{1}, cosign.Signature, manifest(t, c.file), held.read)
		check(t, "Attachment("+c.file+")", by, err, c.want, c.reason)
		if err != nil && strings.Contains(err.Error(), "; 1 of") {
			t.Errorf("Attachment(%s) = %v, which counts one", c.file, err)
		}
	}
}

// A keyless signature is told from one whose key is missing.
func TestAttachmentWithCertificate(t *testing.T) {
	held := blobs{}
	payload := []byte("{}")
	m := manifest(t, "certificate.json")
	m.Layers[0].Digest = held.layer("", payload).Digest
	by, err := cosignKey(t).Attachment(oci.Digest{1}, cosign.Signature, m, held.read)
	check(t, "Attachment(certificate.json)", by, err, nil, "comes with a certificate, which only cosign verify checks")

	s := load(t, "k", ecdsaKey(t, elliptic.P256()))
	m.Layers[0].Annotations["dev.cosignproject.cosign/signature"] = s.sign(t, payload)
	by, err = ring(t, s).Attachment(oci.Digest{1}, cosign.Signature, m, held.read)
	check(t, "Attachment with a certificate and a key", by, err, []string{"k"}, "")
}

func TestAttachment(t *testing.T) {
	a, b := load(t, "a", ecdsaKey(t, elliptic.P256())), load(t, "b", ecdsaKey(t, elliptic.P256()))
	held := blobs{}
	const annotation = "dev.cosignproject.cosign/signature"
	payload, statement := []byte(`{"critical":{}}`), []byte(`{"predicateType":"x"}`)
	sig := held.layer(simpleSigning, payload, annotation, a.sign(t, payload))
	sig2 := held.layer(simpleSigning, payload, annotation, b.sign(t, payload))
	att := held.layer(envelopeType, a.envelope(t, statementType, statement), annotation, "")
	att2 := held.layer(envelopeType, b.envelope(t, statementType, statement), annotation, "")
	bundle := held.layer(bundleType, bundled(b.envelope(t, statementType, statement)))
	unsigned := held.layer(simpleSigning, []byte("unsigned"))
	plain := held.layer("text/plain", payload, annotation, a.sign(t, payload))
	plainEnvelope := held.layer("text/plain", a.envelope(t, statementType, statement))
	sbom := oci.Descriptor{MediaType: "text/spdx+json", Digest: oci.Digest{9}}
	for _, c := range []struct {
		name   string
		family cosign.Family
		layers []oci.Descriptor
		want   []string
		reason string
	}{
		{"two signers", cosign.Signature, []oci.Descriptor{sig2, sig}, []string{"a", "b"}, ""},
		{"two attestations", cosign.Attestation, []oci.Descriptor{att, att2, att}, []string{"a", "b"}, ""},
		{"a bundle", cosign.Attestation, []oci.Descriptor{bundle}, []string{"b"}, ""},
		{"a signature and none", cosign.Signature, []oci.Descriptor{unsigned, sig}, []string{"a"}, "carries no signature"},
		{"one of three", cosign.Signature, []oci.Descriptor{unsigned, sig, unsigned}, []string{"a"}, "2 of 3 layers"},
		{"no layers", cosign.Signature, nil, nil, "no layers"},
		{"no attestations", cosign.Attestation, nil, nil, "no layers"},
		{"an SBOM", cosign.SBOM, []oci.Descriptor{sbom, sbom}, nil, ""},
		{"an SBOM in a bundle", cosign.SBOM, []oci.Descriptor{sbom, bundle}, []string{"b"}, ""},
		{"another thing", cosign.Other, []oci.Descriptor{{MediaType: "application/vnd.in-toto+json", Digest: oci.Digest{9}}}, nil, ""},
		{"another thing without layers", cosign.Other, nil, nil, ""},
		{"another thing that is signed", cosign.Other, []oci.Descriptor{sig, att2}, []string{"a", "b"}, ""},
		{"another thing that is not", cosign.Other, []oci.Descriptor{unsigned}, nil, "carries no signature"},
		// cosign does not ask for the media type of a tag's layer.
		{"a signature of another type", cosign.Signature, []oci.Descriptor{plain}, []string{"a"}, ""},
		{"an attestation of another type", cosign.Attestation, []oci.Descriptor{plainEnvelope}, []string{"a"}, ""},
		{"a document for a signature", cosign.Signature, []oci.Descriptor{held.layer("text/spdx+json", []byte("x"))}, nil, "carries no signature"},
		{"a document for an attestation", cosign.Attestation, []oci.Descriptor{held.layer("text/spdx+json", []byte("{}"))}, nil, `holds ""`},
	} {
		by, err := ring(t, a, b).Attachment(oci.Digest{1}, c.family, oci.Manifest{Layers: c.layers}, held.read)
		check(t, "Attachment of "+c.name, by, err, c.want, c.reason)
	}
}

func TestAttachmentWithAMessage(t *testing.T) {
	a, held := load(t, "a", ecdsaKey(t, elliptic.P256())), blobs{}
	artifact := []byte("the manifest")
	m := oci.Manifest{Layers: []oci.Descriptor{held.layer(bundleType, message(t, a.sign(t, artifact)))}}
	by, err := ring(t, a).Attachment(oci.FromBytes(artifact), cosign.Signature, m, held.read)
	check(t, "Attachment with a message", by, err, []string{"a"}, "")
	by, err = ring(t, a).Attachment(oci.Digest{1}, cosign.Signature, m, held.read)
	check(t, "Attachment with a message of another subject", by, err, nil, "not signed by a")
}

// What cannot be read is not unverified: it could not be told.
func TestAttachmentThatCannotBeRead(t *testing.T) {
	m := manifest(t, "signature.json")
	by, err := cosignKey(t).Attachment(oci.Digest{1}, cosign.Signature, m, blobs{}.read)
	if by != nil || !errors.Is(err, errGone) || errors.Is(err, verify.ErrUnverified) || !strings.Contains(err.Error(), "sha256:df5f55ee90be") {
		t.Errorf("Attachment that is gone = %v, %v, want %v with the layer", by, err, errGone)
	}
	held := blobs{}
	m.Layers = append(m.Layers, oci.Descriptor{MediaType: simpleSigning, Digest: oci.Digest{9}})
	held.layer("", read(t, "signature-payload.json"))
	if by, err := cosignKey(t).Attachment(oci.Digest{1}, cosign.Signature, m, held.read); by != nil || !errors.Is(err, errGone) {
		t.Errorf("Attachment of which half is gone = %v, %v, want no names and %v", by, err, errGone)
	}
	other := func(oci.Descriptor) ([]byte, error) { return []byte("other content"), nil }
	by, err = cosignKey(t).Attachment(oci.Digest{1}, cosign.Signature, m, other)
	if by != nil || err == nil || errors.Is(err, verify.ErrUnverified) || !strings.Contains(err.Error(), oci.FromBytes([]byte("other content")).String()) {
		t.Errorf("Attachment with other content = %v, %v, want an error with its digest", by, err)
	}
}

// Keys and their order change nothing but the names.
func TestAttachmentDoesNotChangeTheKeyring(t *testing.T) {
	r := append(ring(t, load(t, "z", ecdsaKey(t, elliptic.P256()))), cosignKey(t)...)
	before := names(r)
	if _, err := r.Bundle(read(t, "bundle-2.json"), oci.Digest{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, names(r)); diff != "" {
		t.Errorf("the keyring (-before +after):\n%s", diff)
	}
}
