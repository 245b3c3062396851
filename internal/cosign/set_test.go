package cosign_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

func manifest(t testing.TB, raw []byte) oci.Manifest {
	t.Helper()
	m, err := oci.ParseManifest(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSetOfTwoKeys(t *testing.T) {
	m := manifest(t, read(t, "two-keys.json"))
	if a, b := m.Layers[0].Digest, m.Layers[1].Digest; a != b {
		t.Fatalf("the layers of two keys are %s and %s, want equal digests", a, b)
	}
	both := cosign.SetOf(m)
	if len(both) != 2 || both[0].Signature == both[1].Signature {
		t.Fatalf("SetOf = %v, want two layers that differ in the signature", both)
	}
	one := m
	one.Layers = m.Layers[:1]
	first := cosign.SetOf(one)
	if !both.Contains(first) || first.Contains(both) {
		t.Error("the set of two keys contains that of one, and not the other way round")
	}
	one.Layers = m.Layers[1:]
	second := cosign.SetOf(one)
	if first.Contains(second) || second.Contains(first) {
		t.Error("the sets of one key each contain each other, although the signatures differ")
	}
}

// The order of layers, the space between them and the order of members are
// the tool's; the signatures are not.
func TestSetOfManifestThatWasWrittenAgain(t *testing.T) {
	raw := read(t, "two-keys.json")
	var document map[string]any
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	document["annotations"] = map[string]string{"added": "by another tool"}
	layers, ok := document["layers"].([]any)
	if !ok {
		t.Fatal("the manifest has no layers")
	}
	slices.Reverse(layers)
	rewritten, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(raw, rewritten) {
		t.Fatal("the manifest was not written otherwise")
	}
	if diff := cmp.Diff(cosign.SetOf(manifest(t, raw)), cosign.SetOf(manifest(t, rewritten))); diff != "" {
		t.Errorf("SetOf (-first +again):\n%s", diff)
	}
}

func TestSetOfAttestation(t *testing.T) {
	m := manifest(t, read(t, "attestation.json"))
	want := cosign.Set{{Digest: m.Layers[0].Digest, MediaType: "application/vnd.dsse.envelope.v1+json"}}
	if diff := cmp.Diff(want, cosign.SetOf(m)); diff != "" {
		t.Errorf("SetOf (-want +got):\n%s", diff)
	}
}

func TestSetOfRealManifestsContainsItselfOnly(t *testing.T) {
	var sets []cosign.Set
	for _, name := range []string{"signature.json", "two-keys.json", "attestation.json"} {
		sets = append(sets, cosign.SetOf(manifest(t, read(t, name))))
	}
	for i, s := range sets {
		for j, other := range sets {
			if got := s.Contains(other); got != (i == j) {
				t.Errorf("set %d contains set %d: %t", i, j, got)
			}
		}
	}
}

func TestSetContains(t *testing.T) {
	layer := func(digest byte, mediaType, signature string) oci.Descriptor {
		return oci.Descriptor{
			Digest: oci.Digest{digest}, MediaType: mediaType,
			Annotations: map[string]string{"dev.cosignproject.cosign/signature": signature, "other": signature + mediaType},
		}
	}
	setOf := func(layers ...oci.Descriptor) cosign.Set { return cosign.SetOf(oci.Manifest{Layers: layers}) }
	a, b := layer(1, "simple", "s"), layer(2, "simple", "s")
	if got := setOf(a, b, a); len(got) != 2 {
		t.Errorf("SetOf = %v, want each layer once", got)
	}
	for _, c := range []struct {
		name string
		s, t cosign.Set
		want bool
	}{
		{"nothing in nothing", nil, nil, true},
		{"nothing in one", setOf(a), nil, true},
		{"one in nothing", nil, setOf(a), false},
		{"itself", setOf(a, b), setOf(b, a), true},
		{"twice is once", setOf(a), setOf(a, a), true},
		{"a part", setOf(b, a), setOf(b), true},
		{"more", setOf(b), setOf(b, a), false},
		{"another digest", setOf(a), setOf(b), false},
		{"another media type", setOf(a), setOf(layer(1, "dsse", "s")), false},
		{"another signature", setOf(a), setOf(layer(1, "simple", "t")), false},
	} {
		if got := c.s.Contains(c.t); got != c.want {
			t.Errorf("%s: %v.Contains(%v) = %t, want %t", c.name, c.s, c.t, got, c.want)
		}
	}
}

// Two signers' layers have one digest; what names them must differ.
func TestLayerString(t *testing.T) {
	var got []string
	for _, file := range []string{"two-keys.json", "attestation.json"} {
		for _, d := range manifest(t, read(t, file)).Layers {
			got = append(got, cosign.LayerOf(d).String())
		}
	}
	want := []string{
		"sha256:9f4c7fb42f68 (signature MEQCIFbhHfh1Y+HOhM/jAMmS)",
		"sha256:9f4c7fb42f68 (signature MEQCIEY5uPUeudufmPuNn9UP)",
		"sha256:1d8640d82515",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("String (-want +got):\n%s", diff)
	}
}
