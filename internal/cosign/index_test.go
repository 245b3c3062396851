package cosign_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	zeros        = "000000000000000000000000000000000000000000000000000000000000000"
)

func TestReadIndexFixtures(t *testing.T) {
	for file, entries := range map[string]int{"fallback-2.json": 1, "fallback-artifact.json": 1, "fallback-3.json": 3, "referrers-api.json": 3} {
		index, err := cosign.ReadIndex(read(t, file), image(t))
		if err != nil {
			t.Errorf("ReadIndex(%s) = %v, want an index", file, err)
			continue
		}
		if diff := cmp.Diff(manifest(t, read(t, file)).Manifests, index.Referrers()); diff != "" || len(index.Referrers()) != entries {
			t.Errorf("ReadIndex(%s) has %d entries, want %d (-want +got):\n%s", file, len(index.Referrers()), entries, diff)
		}
	}
}

func TestReadIndex(t *testing.T) {
	for name, raw := range map[string]string{
		"empty":                  `{"schemaVersion":2,"mediaType":"` + indexType + `","manifests":[]}`,
		"no list":                `{"schemaVersion":2,"mediaType":"` + indexType + `","manifests":null}`,
		"no media type":          `{"schemaVersion":2,"manifests":[{"mediaType":"` + manifestType + `","digest":"sha256:` + zeros + `1","size":2}]}`,
		"a platform that is not": `{"manifests":[{"mediaType":"` + manifestType + `","digest":"sha256:` + zeros + `1","size":2,"platform":null}]}`,
	} {
		if _, err := cosign.ReadIndex([]byte(raw), image(t)); err != nil {
			t.Errorf("ReadIndex(%s) = %v, want an index", name, err)
		}
	}
}

func TestReadIndexRefusesWhatIsNone(t *testing.T) {
	subject := image(t)
	entry := func(digest, more string) string {
		return `{"mediaType":"` + manifestType + `","digest":"` + digest + `","size":2` + more + `}`
	}
	index := func(mediaType string, entries ...string) string {
		return `{"schemaVersion":2,"mediaType":"` + mediaType + `","manifests":[` + strings.Join(entries, ",") + `]}`
	}
	one := entry("sha256:"+zeros+"1", "")
	for name, raw := range map[string]string{
		"the image itself":   string(read(t, "self-tag.json")),
		"a signature":        string(read(t, "signature.json")),
		"a referrer":         string(read(t, "bundle-manifest.json")),
		"an index of images": index(indexType, entry("sha256:"+zeros+"1", `,"platform":{"architecture":"amd64","os":"linux"}`)),
		"an index of images and a bundle": index(indexType, one,
			entry("sha256:"+zeros+"2", `,"platform":{"architecture":"unknown","os":"unknown"}`)),
		"a Docker manifest list":        index(oci.MediaTypeDockerManifestList, one),
		"an index that lists the image": index(indexType, one, entry(subject.String(), "")),
		"an entry without a digest":     index(indexType, one, entry("", "")),
		"an entry that is none":         index(indexType, one, `"sha256:`+zeros+`1"`),
		"an index with a config":        `{"config":` + one + `,"manifests":[` + one + `]}`,
		"an index with layers":          `{"layers":[],"manifests":[` + one + `]}`,
		"a manifest of schema 1":        `{"schemaVersion":1,"fsLayers":[]}`,
		"a media type that is none":     `{"mediaType":2,"manifests":[]}`,
		"entries under another name":    `{"mediaType":"` + indexType + `","Manifests":[` + one + `]}`,
		"a list that is none":           `{"mediaType":"` + indexType + `","manifests":{}}`,
		"null":                          `null`,
		"an empty object":               `{}`,
		"a list":                        `[]`,
	} {
		if got, err := cosign.ReadIndex([]byte(raw), subject); !errors.Is(err, cosign.ErrNoReferrersIndex) {
			t.Errorf("ReadIndex(%s) = %v, %v, want ErrNoReferrersIndex", name, got, err)
		}
	}
	// An index of images without platforms is told by its own digest alone.
	self := index(indexType, one)
	if _, err := cosign.ReadIndex([]byte(self), oci.FromBytes([]byte(self))); !errors.Is(err, cosign.ErrNoReferrersIndex) {
		t.Errorf("ReadIndex of an index that its own tag names = %v, want ErrNoReferrersIndex", err)
	}
}

// What cannot be read says nothing: it may be an index or not.
func TestReadIndexDoesNotGuess(t *testing.T) {
	for name, raw := range map[string]string{
		"an entry of another algorithm": `{"mediaType":"` + indexType + `","manifests":[{"mediaType":"` + manifestType + `","digest":"sha512:00","size":2}]}`,
		"nothing":                       ``,
		"half":                          string(read(t, "fallback-3.json")[:200]),
		"a page":                        `<html></html>`,
	} {
		if got, err := cosign.ReadIndex([]byte(raw), image(t)); err == nil || errors.Is(err, cosign.ErrNoReferrersIndex) {
			t.Errorf("ReadIndex(%s) = %v, %v, want an error that leaves open what it is", name, got, err)
		}
	}
}

func TestIndexAdd(t *testing.T) {
	subject := image(t)
	// What another client wrote: spaces, escapes, an unknown member, an unknown field of an entry.
	foreign := `{ "digest":"sha256:` + zeros + `1", "size": 2,` + "\n" + `"mediaType":"` + manifestType + `","annotations":{"by":"<ci@example.test> & \u0041"},"x":1.0}`
	raw := `{"manifests":[` + foreign + `],"annotations":{"kept":"<&>"},"x-unknown":[1, 2.50],"schemaVersion":2,"mediaType":"` + indexType + `"}`
	index, err := cosign.ReadIndex([]byte(raw), subject)
	if err != nil {
		t.Fatal(err)
	}
	referrer := read(t, "bundle-manifest.json")
	added, err := index.Add(referrer)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{foreign, `"annotations":{"kept":"<&>"}`, `"x-unknown":[1, 2.50]`, `"schemaVersion":2`} {
		if !bytes.Contains(added, []byte(part)) {
			t.Errorf("Add = %s, want %s in it, byte for byte", added, part)
		}
	}
	again, err := cosign.ReadIndex(added, subject)
	if err != nil {
		t.Fatalf("ReadIndex(%s) = %v", added, err)
	}
	want := []oci.Descriptor{index.Referrers()[0], {
		MediaType: manifestType, Digest: oci.FromBytes(referrer), Size: int64(len(referrer)),
		ArtifactType: bundleV3, Annotations: manifest(t, referrer).Annotations,
	}}
	if diff := cmp.Diff(want, again.Referrers()); diff != "" || len(want[1].Annotations) != 3 {
		t.Errorf("Add (-want +got):\n%s", diff)
	}
	if !again.Lists(oci.FromBytes(referrer)) || index.Lists(oci.FromBytes(referrer)) {
		t.Error("the index lists the referrer after it was added, and not before")
	}
	if twice, err := again.Add(referrer); err != nil || !bytes.Equal(twice, added) {
		t.Errorf("Add of what is listed = %s, %v, want %s", twice, err, added)
	}
}

// cosign 2 lists a bundle with the type of its empty config; adding the bundle
// again puts that right.
func TestIndexAddReplacesAWrongEntry(t *testing.T) {
	referrer := read(t, "bundle-manifest.json")
	index, err := cosign.ReadIndex(read(t, "fallback-2.json"), image(t))
	if err != nil {
		t.Fatal(err)
	}
	if listed := index.Referrers()[0]; listed.Digest != oci.FromBytes(referrer) || listed.ArtifactType != emptyType {
		t.Fatalf("the fixture lists %+v, want the bundle with a wrong type", listed)
	}
	added, err := index.Add(referrer)
	if err != nil {
		t.Fatal(err)
	}
	if got := manifest(t, added).Manifests; len(got) != 1 || got[0].ArtifactType != bundleV3 {
		t.Errorf("Add = %+v, want one entry of type %s", got, bundleV3)
	}
}

func TestNewIndexAdd(t *testing.T) {
	for file, want := range map[string]oci.Descriptor{
		"notation.json": {MediaType: manifestType, ArtifactType: notation},
		"docker.json":   {MediaType: oci.MediaTypeDockerManifest, ArtifactType: "application/vnd.docker.container.image.v1+json"},
	} {
		referrer := read(t, file)
		added, err := cosign.NewIndex().Add(referrer)
		if err != nil {
			t.Fatal(err)
		}
		want.Digest, want.Size, want.Annotations = oci.FromBytes(referrer), int64(len(referrer)), manifest(t, referrer).Annotations
		got := manifest(t, added)
		if diff := cmp.Diff(oci.Manifest{MediaType: indexType, Manifests: []oci.Descriptor{want}}, got); diff != "" {
			t.Errorf("NewIndex().Add(%s) (-want +got):\n%s", file, diff)
		}
		var version struct{ SchemaVersion int }
		if err := json.Unmarshal(added, &version); err != nil || version.SchemaVersion != 2 {
			t.Errorf("NewIndex().Add(%s) = %s, want schema version 2", file, added)
		}
	}
	untyped := []byte(`{"schemaVersion":2,"config":{"mediaType":"` + emptyType + `","digest":"sha256:` + zeros + `1","size":2},"layers":[]}`)
	added, err := cosign.NewIndex().Add(untyped)
	if err != nil || manifest(t, added).Manifests[0].MediaType != manifestType {
		t.Errorf("Add of a manifest without a media type = %s, %v, want one of type %s", added, err, manifestType)
	}
	if added, err := cosign.NewIndex().Add([]byte("{}")); err == nil {
		t.Errorf("Add({}) = %s, want an error", added)
	}
}

func TestFallbackTag(t *testing.T) {
	tag := cosign.FallbackTag(image(t))
	if got, ok := cosign.ParseFallbackTag(tag); got != image(t) || !ok {
		t.Errorf("ParseFallbackTag(%s) = %s, %t, want %s", tag, got, ok, image(t))
	}
}

// What an index that is too long lists is not known, which is not nothing.
func TestReadIndexRefusesTooManyEntries(t *testing.T) {
	for n, refused := range map[int]bool{intake.Referrers: false, intake.Referrers + 1: true} {
		entries := make([]oci.Descriptor, n)
		for i := range entries {
			entries[i] = oci.Descriptor{Digest: oci.FromBytes([]byte(strconv.Itoa(i)))}
		}
		index, err := cosign.ReadIndex(encoded(t, object{"manifests": entries}), image(t))
		if errors.As(err, new(intake.TooMuchError)) != refused || errors.Is(err, cosign.ErrNoReferrersIndex) || !refused && len(index.Referrers()) != n {
			t.Errorf("ReadIndex of %d entries = %v, want refused %t, and never that it is no index", n, err, refused)
		}
	}
}

// Whatever is read as an index can be added to, keeps what it lists, and lists
// what was added once.
func FuzzIndexAdd(f *testing.F) {
	referrer, subject := read(f, "notation.json"), image(f)
	for _, file := range []string{"fallback-2.json", "fallback-3.json", "referrers-api.json", "self-tag.json", "signature.json"} {
		f.Add(read(f, file))
	}
	f.Add([]byte(`{"manifests":[`))
	f.Add([]byte(`{"manifests":[{"digest":"0"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		index, err := cosign.ReadIndex(raw, subject)
		if err != nil {
			answers := 0
			for _, yes := range []bool{
				!json.Valid(raw), // what was cut off says nothing of what is there
				errors.Is(err, cosign.ErrNoReferrersIndex), errors.As(err, new(intake.TooMuchError)), errors.Is(err, oci.ErrInvalidDigest),
			} {
				if yes {
					answers++
				}
			}
			if answers != 1 {
				t.Errorf("ReadIndex(%q) = %v, want one of: no JSON, no index, too much, a digest that is none", raw, err)
			}
			return
		}
		added, err := index.Add(referrer)
		if err != nil {
			t.Fatalf("Add to %q = %v", raw, err)
		}
		again, err := cosign.ReadIndex(added, subject)
		if err != nil {
			t.Fatalf("ReadIndex(%q) = %v, after Add to %q", added, err, raw)
		}
		for _, d := range index.Referrers() {
			if !again.Lists(d.Digest) {
				t.Errorf("Add to %q = %q, which lost %s", raw, added, d.Digest)
			}
		}
		last := again.Referrers()[len(again.Referrers())-1]
		if last.Digest != oci.FromBytes(referrer) || again.Referrers()[:len(again.Referrers())-1] == nil && len(index.Referrers()) > 1 {
			t.Errorf("Add to %q = %q, want the referrer last", raw, added)
		}
	})
}
