package cosign_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// withLayers is the manifest with others of its own layers, as they were written.
func withLayers(t testing.TB, raw []byte, layers ...json.RawMessage) []byte {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	fields["layers"] = encoded(t, append([]json.RawMessage{}, layers...))
	return encoded(t, fields)
}

func layersOf(t testing.TB, raw []byte) []json.RawMessage {
	t.Helper()
	var m struct {
		Layers []json.RawMessage `json:"layers"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m.Layers
}

func merge(t testing.TB, source, target []byte) (merged, config []byte) {
	t.Helper()
	merged, config, err := cosign.Merge(source, target)
	if err != nil {
		t.Fatalf("Merge(%s, %s) = %v", source, target, err)
	}
	return merged, config
}

// cosign signed with one key and then with another; what either left alone
// merges into what cosign wrote, its config included, byte for byte.
func TestMergeIsWhatCosignWrites(t *testing.T) {
	both := read(t, "two-keys.json")
	layers := layersOf(t, both)
	merged, config := merge(t, withLayers(t, both, layers[0]), withLayers(t, both, layers[1]))
	if diff := cmp.Diff(manifest(t, both), manifest(t, merged)); diff != "" {
		t.Errorf("Merge (-cosign +got):\n%s", diff)
	}
	if got := oci.FromBytes(config); got != manifest(t, both).Config.Digest {
		t.Errorf("Merge: the config %s has digest %s, want cosign's %s", config, got, manifest(t, both).Config.Digest)
	}
}

// The config of one layer is cosign's too, in either form and of any family.
func TestMergeWithItself(t *testing.T) {
	for _, file := range []string{"signature.json", "docker.json", "certificate.json", "attestation.json", "sbom.json", "two-keys.json"} {
		raw := read(t, file)
		merged, config := merge(t, raw, raw)
		if diff := cmp.Diff(manifest(t, raw), manifest(t, merged)); diff != "" {
			t.Errorf("Merge(%s, %s) (-want +got):\n%s", file, file, diff)
		}
		if got := oci.FromBytes(config); got != manifest(t, raw).Config.Digest {
			t.Errorf("Merge(%s, %s): the config is %s, want cosign's", file, file, config)
		}
	}
}

func TestMergeKeepsLayersByteForByte(t *testing.T) {
	odd := json.RawMessage(`{ "mediaType":"` + simpleSigning + `","digest":"sha256:` + zeros + `1","size": 1,` +
		"\n" + `"annotations":{"dev.cosignproject.cosign/signature":"A","dev.sigstore.cosign/bundle":"{\"x\":\"<\u0041&>\"}"},"urls":[ ]}`)
	certificate := layersOf(t, read(t, "certificate.json"))[0]
	source := strings.Replace(string(read(t, "docker.json")), `"schemaVersion":2`, `"schemaVersion":2,"annotations":{"kept":"<&>"},"x":1.50`, 1)
	target := strings.Replace(string(read(t, "certificate.json")), string(certificate), string(odd)+","+string(certificate), 1)
	merged, _ := merge(t, []byte(source), []byte(target))
	list := `"layers":[` + string(layersOf(t, []byte(source))[0]) + "," + string(odd) + "," + string(certificate) + "]"
	for _, part := range []string{list, `"annotations":{"kept":"<&>"}`, `"x":1.50`} {
		if !bytes.Contains(merged, []byte(part)) {
			t.Errorf("Merge = %s, want %s in it, byte for byte", merged, part)
		}
	}
	m := manifest(t, merged)
	if m.MediaType != oci.MediaTypeDockerManifest || m.Config.MediaType != "application/vnd.docker.container.image.v1+json" {
		t.Errorf("Merge: media types %s and %s, want the source's", m.MediaType, m.Config.MediaType)
	}
}

// Every attestation has an empty signature annotation; its digest tells it.
func TestMergeAttestations(t *testing.T) {
	one := read(t, "attestation.json")
	other := strings.Replace(string(one), "1d8640d8", "2d8640d8", 1)
	merged, config := merge(t, one, []byte(other))
	want := append(manifest(t, one).Layers, manifest(t, []byte(other)).Layers...)
	if diff := cmp.Diff(want, manifest(t, merged).Layers); diff != "" {
		t.Errorf("Merge (-want +got):\n%s", diff)
	}
	wantConfig := `{"architecture":"","created":"0001-01-01T00:00:00Z",` +
		`"history":[{"created":"0001-01-01T00:00:00Z"},{"created":"0001-01-01T00:00:00Z"}],"os":"",` +
		`"rootfs":{"type":"layers","diff_ids":["` + want[0].Digest.String() + `","` + want[1].Digest.String() + `"]},"config":{}}`
	if string(config) != wantConfig {
		t.Errorf("Merge: config %s, want %s", config, wantConfig)
	}
}

func TestMergeOfNothing(t *testing.T) {
	none := withLayers(t, read(t, "signature.json"))
	merged, config := merge(t, none, none)
	const want = `{"architecture":"","created":"0001-01-01T00:00:00Z","history":[],"os":"","rootfs":{"type":"layers","diff_ids":[]},"config":{}}`
	if m := manifest(t, merged); string(config) != want || m.Layers == nil {
		t.Errorf("Merge = %s with the config %s, want no layers and %s", merged, config, want)
	}
}

func TestMergeRefuses(t *testing.T) {
	good := read(t, "signature.json")
	swap := func(from, to string) []byte { return []byte(strings.Replace(string(good), from, to, 1)) }
	for name, raw := range map[string][]byte{
		"nothing":                  nil,
		"no JSON":                  []byte("x"),
		"an index":                 read(t, "fallback-3.json"),
		"a bundle":                 read(t, "bundle-manifest.json"),
		"a Notation signature":     read(t, "notation.json"),
		"a subject":                swap(`"layers"`, `"subject":{"mediaType":"x","digest":"sha256:`+zeros+`1","size":1},"layers"`),
		"a manifest and an index":  swap(`"layers"`, `"manifests":[{"mediaType":"x","digest":"sha256:`+zeros+`1","size":1}],"layers"`),
		"another config":           swap(imageConfig, emptyType),
		"no config":                swap(`"config"`, `"Other"`),
		"no layers":                swap(`"layers"`, `"other"`),
		"layers in capitals":       swap(`"layers"`, `"Layers"`),
		"layers hidden by another": swap(`}]}`, `}],"Layers":[{"digest":"sha256:`+zeros+`1"}]}`),
	} {
		if merged, _, err := cosign.Merge(raw, good); err == nil {
			t.Errorf("Merge(%s, signature) = %s, want an error", name, merged)
		}
		if merged, _, err := cosign.Merge(good, raw); err == nil {
			t.Errorf("Merge(signature, %s) = %s, want an error", name, merged)
		}
	}
}

// random is a manifest of up to n layers, of few kinds so that many are equal.
func random(r *rand.Rand, base string, n int) []byte {
	var layers []string
	for range r.IntN(n + 1) {
		layers = append(layers, fmt.Sprintf(`{"mediaType":%q,"digest":"sha256:%s%x","size":1,"annotations":{"dev.cosignproject.cosign/signature":"%d","other":"%d"}}`,
			[]string{simpleSigning, dsse}[r.IntN(2)], zeros, 1+r.IntN(4), r.IntN(3), r.IntN(9)))
	}
	head, _, _ := strings.Cut(base, `"layers"`)
	return []byte(head + `"layers":[` + strings.Join(layers, ",") + `]}`)
}

// Whatever the two sides hold, the union holds all of it and nothing else,
// whichever side comes first, and merging again changes nothing.
func TestMergeIsTheUnion(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		a, b := random(r, string(read(t, "signature.json")), 8), random(r, string(read(t, "docker.json")), 8)
		setA, setB := cosign.SetOf(manifest(t, a)), cosign.SetOf(manifest(t, b))
		merged, config := merge(t, a, b)
		m := manifest(t, merged)
		if diff := cmp.Diff(setA.Union(setB), cosign.SetOf(m), cmpopts.EquateEmpty()); diff != "" || len(m.Layers) != len(cosign.SetOf(m)) {
			t.Fatalf("Merge(%s, %s) = %s (-want +got):\n%s", a, b, merged, diff)
		}
		if m.Config.Digest != oci.FromBytes(config) || m.Config.Size != int64(len(config)) {
			t.Fatalf("Merge(%s, %s) names the config %v, want that of %s", a, b, m.Config, config)
		}
		checkDiffIDs(t, m, config)
		if again, _ := merge(t, a, b); !bytes.Equal(again, merged) {
			t.Fatalf("Merge(%s, %s) = %s, then %s", a, b, merged, again)
		}
		if more, _ := merge(t, merged, b); !bytes.Equal(more, merged) {
			t.Fatalf("Merge(%s, %s) = %s, want no change", merged, b, more)
		}
		other, _ := merge(t, b, a)
		if diff := cmp.Diff(cosign.SetOf(m), cosign.SetOf(manifest(t, other))); diff != "" {
			t.Fatalf("Merge(%s, %s), Merge the other way (-a +b):\n%s", a, b, diff)
		}
	}
}

func checkDiffIDs(t *testing.T, m oci.Manifest, config []byte) {
	t.Helper()
	var c struct {
		History []json.RawMessage `json:"history"`
		RootFS  struct {
			DiffIDs []oci.Digest `json:"diff_ids"`
		} `json:"rootfs"`
	}
	if err := json.Unmarshal(config, &c); err != nil {
		t.Fatal(err)
	}
	want := []oci.Digest{}
	for _, l := range m.Layers {
		want = append(want, l.Digest)
	}
	if diff := cmp.Diff(want, c.RootFS.DiffIDs); diff != "" || len(c.History) != len(want) {
		t.Fatalf("config %s (-want +got):\n%s", config, diff)
	}
}

func TestMergeTakesAsManyLayersAsCosignReads(t *testing.T) {
	base := read(t, "signature.json")
	of := func(from, to int) []byte {
		var layers []json.RawMessage
		for i := from; i < to; i++ {
			layers = append(layers, encoded(t, oci.Descriptor{MediaType: simpleSigning, Digest: oci.FromBytes([]byte{byte(i), byte(i >> 8)}), Size: 2}))
		}
		return withLayers(t, base, layers...)
	}
	if merged, _ := merge(t, of(0, 600), of(400, 1000)); len(manifest(t, merged).Layers) != 1000 {
		t.Errorf("Merge has %d layers, want 1000", len(manifest(t, merged).Layers))
	}
	if _, _, err := cosign.Merge(of(0, 600), of(400, 1001)); err == nil || !strings.Contains(err.Error(), "1001") {
		t.Errorf("Merge of 1001 layers = %v, want an error that says so", err)
	}
}

// Whatever merges holds what both held.
func FuzzMerge(f *testing.F) {
	for _, a := range []string{"signature.json", "docker.json", "attestation.json", "bundle-manifest.json"} {
		f.Add(read(f, a), read(f, "two-keys.json"))
	}
	f.Fuzz(func(t *testing.T, source, target []byte) {
		merged, config, err := cosign.Merge(source, target)
		if err != nil {
			return
		}
		m := manifest(t, merged)
		union := cosign.SetOf(manifest(t, source)).Union(cosign.SetOf(manifest(t, target)))
		if diff := cmp.Diff(union, cosign.SetOf(m), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("Merge(%q, %q) = %q (-want +got):\n%s", source, target, merged, diff)
		}
		if m.Config.Digest != oci.FromBytes(config) {
			t.Errorf("Merge(%q, %q) = %q, whose config is not %q", source, target, merged, config)
		}
	})
}
