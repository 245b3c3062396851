package seed_test

import (
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const signatureKey = "dev.cosignproject.cosign/signature"

// TestSign holds signature-formats A1, byte for byte where that is possible.
func TestSign(t *testing.T) {
	s := newStore()
	subject := seed.Push(s, "dev", "team/app", "1", "a").Digest
	at := attachment("dev", "team/app", subject, ".sig")
	got := seed.Sign(s, "dev", "team/app", subject, "alice")
	m := open(t, s, at)
	layer := m.Layers[0]
	want := fmt.Sprintf(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",`+
		`"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":233,"digest":"%s"},`+
		`"layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","size":%d,"digest":"%s",`+
		`"annotations":{"%s":"%s"}}]}`, m.Config.Digest, layer.Size, layer.Digest, signatureKey, layer.Annotations[signatureKey])
	if diff := cmp.Diff(want, raw(s, at)); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	payload := `{"critical":{"identity":{"docker-reference":"artifactory.example/dev/team/app"},"image":{"docker-manifest-digest":"` +
		subject + `"},"type":"cosign container image signature"},"optional":null}`
	if diff := cmp.Diff(payload, blob(t, s, at, layer)); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	config := `{"architecture":"","created":"0001-01-01T00:00:00Z","history":[{"created":"0001-01-01T00:00:00Z"}],"os":"",` +
		`"rootfs":{"type":"layers","diff_ids":["` + layer.Digest.String() + `"]},"config":{}}`
	if diff := cmp.Diff(config, blob(t, s, at, m.Config)); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	if item, _ := s.Stat("dev", at.Folder()+"/manifest.json"); got != "sha256:"+item.SHA256 || item.Properties["docker.manifest"][0] != at.Reference {
		t.Errorf("Sign = %s, want the digest of %+v", got, item)
	}
}

// TestSignAgain holds signature-formats A1: two signers share a layer digest,
// and signing replaces the manifest under the same tag.
func TestSignAgain(t *testing.T) {
	s := newStore()
	subject := seed.Push(s, "dev", "app", "1", "a").Digest
	at := attachment("dev", "app", subject, ".sig")
	one := seed.Sign(s, "dev", "app", subject, "alice")
	first := open(t, s, at).Layers[0].Annotations[signatureKey]
	two := seed.Sign(s, "dev", "app", subject, "alice", "bob")
	m := open(t, s, at)
	if one == two || len(m.Layers) != 2 || m.Config.Size != 342 {
		t.Fatalf("two signers: %s after %s, %d layers, config of %d bytes, want 342", two, one, len(m.Layers), m.Config.Size)
	}
	if m.Layers[0].Digest != m.Layers[1].Digest || m.Layers[0].Annotations[signatureKey] != first || m.Layers[1].Annotations[signatureKey] == first {
		t.Errorf("layers = %+v, want one digest and two signatures, the first %s", m.Layers, first)
	}
	for _, l := range m.Layers {
		var pair struct{ R, S *big.Int }
		der, err := base64.StdEncoding.DecodeString(l.Annotations[signatureKey])
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := asn1.Unmarshal(der, &pair); err != nil || len(rest) != 0 || pair.R.Sign() != 1 || pair.S.Sign() != 1 || pair.R.Cmp(pair.S) == 0 {
			t.Errorf("signature %x = %+v, %v, want two positive integers", der, pair, err)
		}
	}
	if back := seed.Sign(s, "dev", "app", subject, "alice"); back != one {
		t.Errorf("signing by alice again = %s, want %s", back, one)
	}
}

// TestAttachments holds signature-formats A1 for .att and .sbom.
func TestAttachments(t *testing.T) {
	const subject = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		name, suffix string
		attach       func(s *tree.Store) string
		layers       []v1.Descriptor // without digest and size
		word         string
	}{
		{"attestation", ".att", func(s *tree.Store) string { return seed.Attest(s, "dev", "app", subject, "p/1") }, []v1.Descriptor{attested("p/1")}, `"signatures":[{`},
		{"two attestations", ".att", func(s *tree.Store) string {
			seed.Attest(s, "dev", "app", subject, "p/1")
			seed.Attest(s, "dev", "app", subject, "p/2")
			return seed.Attest(s, "dev", "app", subject, "p/1")
		}, []v1.Descriptor{attested("p/1"), attested("p/2")}, `"payloadType":"application/vnd.in-toto+json"`},
		{"SBOM", ".sbom", func(s *tree.Store) string {
			seed.AttachSBOM(s, "dev", "app", subject, "{}")
			return seed.AttachSBOM(s, "dev", "app", subject, `{"spdxVersion":"SPDX-2.3"}`)
		}, []v1.Descriptor{{MediaType: "text/spdx+json"}}, "SPDX-2.3"},
	} {
		s := newStore()
		got := c.attach(s)
		at := attachment("dev", "app", subject, c.suffix)
		m := open(t, s, at)
		if !strings.Contains(blob(t, s, at, m.Layers[0]), c.word) {
			t.Errorf("%s: first layer = %s, want %s in it", c.name, blob(t, s, at, m.Layers[0]), c.word)
		}
		if item, _ := docker.FindManifest(s, at); got != "sha256:"+item.SHA256 {
			t.Errorf("%s: digest = %s, want %s", c.name, got, item.SHA256)
		}
		for n := range m.Layers {
			m.Layers[n].Digest, m.Layers[n].Size = "", 0
		}
		if diff := cmp.Diff(c.layers, m.Layers); diff != "" {
			t.Errorf("%s: layers (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestStatementNamesItsSubject(t *testing.T) {
	s := newStore()
	subject := seed.Push(s, "dev", "app", "1", "a").Digest
	seed.Attest(s, "dev", "app", subject, "p/1")
	at := attachment("dev", "app", subject, ".att")
	envelope := blob(t, s, at, open(t, s, at).Layers[0])
	_, encoded, _ := strings.Cut(envelope, `"payload":"`)
	encoded, _, _ = strings.Cut(encoded, `"`)
	statement, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"digest":{"sha256":"` + subject[7:] + `"}`, `"predicateType":"p/1"`, `"_type":"https://in-toto.io/Statement/v0.1"`} {
		if !strings.Contains(string(statement), want) {
			t.Errorf("statement = %s, want %s in it", statement, want)
		}
	}
}

func attested(predicate string) v1.Descriptor {
	return v1.Descriptor{
		MediaType:   "application/vnd.dsse.envelope.v1+json",
		Annotations: map[string]string{signatureKey: "", "predicateType": predicate},
	}
}
