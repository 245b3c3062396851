package cosign_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

const signPredicate = "https://sigstore.dev/cosign/sign/v1"

// image is the subject of all fixtures.
func image(t testing.TB) oci.Digest {
	t.Helper()
	d, err := oci.ParseDigest("sha256:f7780840cd05c494386bd9adfe905423c860de282d2c7e4665eaf8ddbf1ee03f")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

type object = map[string]any

func statement(predicate string, subjects ...string) object {
	about := []object{}
	for _, s := range subjects {
		about = append(about, object{"name": "x", "digest": object{"sha256": s, "sha512": "00"}})
	}
	return object{"_type": "https://in-toto.io/Statement/v1", "predicateType": predicate, "subject": about, "predicate": object{}}
}

// envelope holds the statement, which json.Marshal writes in base64 as DSSE asks.
func envelope(t testing.TB, statement any) object {
	t.Helper()
	return object{"payload": encoded(t, statement), "payloadType": "application/vnd.in-toto+json", "signatures": []object{{"sig": "AA=="}}}
}

func messageBundle(sum []byte, algorithm string) object {
	return object{"messageSignature": object{"messageDigest": object{"algorithm": algorithm, "digest": sum}, "signature": "AA=="}}
}

func target(d string) object {
	return object{"targetArtifact": object{"mediaType": oci.MediaTypeDockerManifest, "digest": d, "size": 423}}
}

func jws(t testing.TB, payload any) []byte {
	t.Helper()
	return encoded(t, object{"payload": base64.RawURLEncoding.EncodeToString(encoded(t, payload)), "protected": "e30", "signature": "AA"})
}

func cose(t testing.TB, tagged bool, payload any) []byte {
	t.Helper()
	var message any = []any{[]byte{0xa0}, map[string]any{}, payload, []byte("signature")}
	if tagged {
		message = cbor.Tag{Number: 18, Content: message}
	}
	raw, err := cbor.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// contents are layers of every kind that name the subject.
func contents(t testing.TB, subject oci.Digest) map[string]struct {
	mediaType string
	content   []byte
} {
	t.Helper()
	about := statement("https://slsa.dev/provenance/v1", strings.Repeat("0", 64), subject.Hex())
	payload := object{"critical": object{"image": object{"docker-manifest-digest": subject}, "type": "cosign container image signature"}}
	return map[string]struct {
		mediaType string
		content   []byte
	}{
		"payload":             {simpleSigning, encoded(t, payload)},
		"envelope":            {dsse, encoded(t, envelope(t, about))},
		"bundled envelope":    {bundleV3, encoded(t, object{"dsseEnvelope": envelope(t, about)})},
		"bundle of version 1": {"application/vnd.dev.sigstore.bundle+json;version=0.1", encoded(t, messageBundle(subject[:], "SHA2_256"))},
		"bundled signature":   {bundleV3, encoded(t, messageBundle(subject[:], "SHA2_256"))},
		"padded JWS":          {"application/jose+json", encoded(t, object{"payload": base64.URLEncoding.EncodeToString(encoded(t, target(subject.String())))})},
		"JWS":                 {"application/jose+json", jws(t, target(subject.String()))},
		"COSE":                {"application/cose", cose(t, true, encoded(t, target(subject.String())))},
		"COSE without a tag":  {"application/cose", cose(t, false, encoded(t, target(subject.String())))},
	}
}

func TestBound(t *testing.T) {
	subject := image(t)
	for name, c := range contents(t, subject) {
		if err := cosign.Bound(c.mediaType, c.content, subject); err != nil {
			t.Errorf("Bound(%s) = %v, want nil", name, err)
		}
		err := cosign.Bound(c.mediaType, c.content, oci.Digest{1})
		if !errors.Is(err, cosign.ErrSuspect) || !strings.Contains(fmt.Sprint(err), oci.Digest{1}.Short()) {
			t.Errorf("Bound(%s) to another subject = %v, want ErrSuspect that names it", name, err)
		}
		for _, garbage := range []string{"", "null", "{}", "[]", "\xff\x00", string(c.content[:len(c.content)-1]), string(c.content) + "{}"} {
			if err := cosign.Bound(c.mediaType, []byte(garbage), subject); !errors.Is(err, cosign.ErrSuspect) {
				t.Errorf("Bound(%s that is %.20q) = %v, want ErrSuspect", name, garbage, err)
			}
		}
	}
}

// What cosign wrote about the image names the image, and no other.
func TestBoundFixtures(t *testing.T) {
	for file, mediaType := range map[string]string{"payload.json": simpleSigning, "bundle-2.json": bundleV3, "bundle-3.json": bundleV3} {
		if err := cosign.Bound(mediaType, read(t, file), image(t)); err != nil {
			t.Errorf("Bound(%s) = %v, want nil", file, err)
		}
		if err := cosign.Bound(mediaType, read(t, file), oci.FromBytes(nil)); !errors.Is(err, cosign.ErrSuspect) {
			t.Errorf("Bound(%s) to another subject = %v, want ErrSuspect", file, err)
		}
	}
}

func TestBoundOfContentThatNamesNothing(t *testing.T) {
	subject := image(t)
	none := statement("https://slsa.dev/provenance/v1")
	short := statement("https://slsa.dev/provenance/v1", subject.Hex()[2:], "")
	for name, c := range map[string]struct {
		mediaType string
		content   []byte
	}{
		"payload without a digest":        {simpleSigning, []byte(`{"critical":{"image":{}}}`)},
		"payload with an empty digest":    {simpleSigning, []byte(`{"critical":{"image":{"docker-manifest-digest":""}}}`)},
		"payload with another algorithm":  {simpleSigning, []byte(`{"critical":{"image":{"docker-manifest-digest":"sha512:00"}}}`)},
		"statement without a subject":     {dsse, encoded(t, envelope(t, none))},
		"statement with half a digest":    {dsse, encoded(t, envelope(t, short))},
		"statement without a predicate":   {dsse, encoded(t, envelope(t, statement("", subject.Hex())))},
		"envelope that holds no JSON":     {dsse, []byte(`{"payload":"AAAA"}`)},
		"envelope that holds no base64":   {dsse, []byte(`{"payload":"*"}`)},
		"bundle of neither":               {bundleV3, []byte(`{"mediaType":"` + bundleV3 + `"}`)},
		"bundle of half a digest":         {bundleV3, encoded(t, object{"messageSignature": object{"messageDigest": object{"algorithm": "SHA2_256", "digest": subject[1:]}}})},
		"bundle of another algorithm":     {bundleV3, encoded(t, messageBundle(subject[:], "SHA3_256"))},
		"bundle whose digest is no text":  {bundleV3, []byte(`{"messageSignature":{"messageDigest":{"digest":"*"}}}`)},
		"JWS whose payload is no base64":  {"application/jose+json", []byte(`{"payload":"*"}`)},
		"JWS with an empty target":        {"application/jose+json", jws(t, target(""))},
		"JWS without a target":            {"application/jose+json", jws(t, object{})},
		"COSE with a detached payload":    {"application/cose", cose(t, true, nil)},
		"COSE without a target":           {"application/cose", cose(t, true, []byte("{}"))},
		"COSE with a payload not in JSON": {"application/cose", cose(t, true, []byte("x"))},
	} {
		err := cosign.Bound(c.mediaType, c.content, subject)
		if !errors.Is(err, cosign.ErrSuspect) || strings.Contains(err.Error(), "names ,") {
			t.Errorf("Bound(%s) = %v, want ErrSuspect", name, err)
		}
		// The zero digest is what is read where nothing is written.
		if err := cosign.Bound(c.mediaType, c.content, oci.Digest{}); !errors.Is(err, cosign.ErrSuspect) {
			t.Errorf("Bound(%s) to nothing = %v, want ErrSuspect", name, err)
		}
	}
}

func TestBoundOfDocuments(t *testing.T) {
	for _, mediaType := range []string{"text/spdx+json", "application/vnd.cyclonedx+json", "application/vnd.syft+json", "application/sarif+json"} {
		if err := cosign.Bound(mediaType, []byte("anything"), image(t)); err != nil {
			t.Errorf("Bound(%s) = %v, want nil", mediaType, err)
		}
	}
}

// cosign does not look at the media types of a tag's layers, so neither may
// they hide what a layer says.
func TestTagBound(t *testing.T) {
	subject := image(t)
	all := contents(t, subject)
	payload, attestation := all["payload"].content, all["envelope"].content
	for _, c := range []struct {
		family  cosign.Family
		content []byte
		bound   bool
	}{
		{cosign.Signature, payload, true},
		{cosign.Signature, attestation, false},
		{cosign.Attestation, attestation, true},
		{cosign.Attestation, payload, false},
		{cosign.SBOM, []byte("anything"), true},
	} {
		tag := cosign.Tag{Subject: subject, Family: c.family}
		if err := tag.Bound(c.content); (err == nil) != c.bound || err != nil && !errors.Is(err, cosign.ErrSuspect) {
			t.Errorf("%s.Bound(%.40s) = %v, want bound: %t", tag, c.content, err, c.bound)
		}
	}
	other := cosign.Tag{Subject: oci.Digest{1}, Family: cosign.Signature}
	if err := other.Bound(payload); !errors.Is(err, cosign.ErrSuspect) {
		t.Errorf("%s.Bound of a payload for another subject = %v, want ErrSuspect", other, err)
	}
}

func TestReadBundle(t *testing.T) {
	subject := image(t)
	for _, c := range []struct {
		name   string
		raw    []byte
		want   cosign.Statement
		family cosign.Family
	}{
		{"cosign 2", read(t, "bundle-2.json"), cosign.Statement{PredicateType: signPredicate, Subjects: []oci.Digest{subject}}, cosign.Signature},
		{"cosign 3", read(t, "bundle-3.json"), cosign.Statement{PredicateType: signPredicate, Subjects: []oci.Digest{subject}}, cosign.Signature},
		{"message", encoded(t, messageBundle(subject[:], "SHA2_256")), cosign.Statement{Subjects: []oci.Digest{subject}}, cosign.Signature},
		{
			"attestation", encoded(t, object{"dsseEnvelope": envelope(t, statement("https://cosign.sigstore.dev/attestation/v1", subject.Hex(), "no", oci.Digest{1}.Hex()))}),
			cosign.Statement{PredicateType: "https://cosign.sigstore.dev/attestation/v1", Subjects: []oci.Digest{subject, {1}}}, cosign.Attestation,
		},
	} {
		got, err := cosign.ReadBundle(c.raw)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("ReadBundle(%s), %v (-want +got):\n%s", c.name, err, diff)
		}
		if family := got.Family(); family != c.family {
			t.Errorf("the family of a bundle by %s = %s, want %s", c.name, family, c.family)
		}
	}
}

// No content is bound to two subjects by what it does not say, and none makes
// it fail otherwise than with ErrSuspect.
func FuzzBound(f *testing.F) {
	subject := image(f)
	types := []string{simpleSigning, dsse, bundleV3, "application/jose+json", "application/cose"}
	for _, c := range contents(f, subject) {
		f.Add(c.content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, mediaType := range types {
			if err := cosign.Bound(mediaType, content, subject); err != nil && !errors.Is(err, cosign.ErrSuspect) {
				t.Errorf("Bound(%s, %q) = %v, want ErrSuspect", mediaType, content, err)
			}
			if err := cosign.Bound(mediaType, content, oci.Digest{}); err == nil {
				t.Errorf("Bound(%s, %q) to nothing = nil, want ErrSuspect", mediaType, content)
			}
		}
		if s, err := cosign.ReadBundle(content); err == nil {
			for _, d := range s.Subjects {
				if err := cosign.Bound(bundleV3, content, d); err != nil && !d.IsZero() {
					t.Errorf("Bound(%q, %s) = %v, although it is among the bundle's subjects", content, d, err)
				}
			}
		}
	})
}
