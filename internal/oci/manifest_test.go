package oci_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

func digest(t *testing.T, s string) oci.Digest {
	t.Helper()
	d, err := oci.ParseDigest(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestParseManifest(t *testing.T) {
	empty := digest(t, "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
	image := digest(t, "sha256:f7780840cd05c494386bd9adfe905423c860de282d2c7e4665eaf8ddbf1ee03f")
	const ociManifest, bundle = "application/vnd.oci.image.manifest.v1+json", "application/vnd.dev.sigstore.bundle.v0.3+json"
	for file, want := range map[string]oci.Manifest{
		"bundle.json": {
			MediaType: ociManifest, ArtifactType: bundle,
			Config: &oci.Descriptor{MediaType: "application/vnd.oci.empty.v1+json", Size: 2, Digest: empty, ArtifactType: bundle},
			Layers: []oci.Descriptor{{
				MediaType: bundle, Size: 659, Digest: digest(t, "sha256:fac43e94df03b27e19c2bca086ffc0151fa2692157e2a3b166351340e6125a01"),
			}},
			Subject: &oci.Descriptor{MediaType: oci.MediaTypeDockerManifest, Size: 423, Digest: image},
			Annotations: map[string]string{
				"dev.sigstore.bundle.content":       "dsse-envelope",
				"dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1",
				"org.opencontainers.image.created":  "2026-11-22T09:38:13Z",
			},
		},
		"fallback-index.json": {
			MediaType: "application/vnd.oci.image.index.v1+json",
			Manifests: []oci.Descriptor{{
				MediaType: ociManifest, Size: 887, Digest: digest(t, "sha256:34c5920bc4ed82c2a620094bace4176b4084afd78153e026826b0e3301ab9be0"),
				ArtifactType: bundle,
			}},
		},
		"docker.json": {
			MediaType: oci.MediaTypeDockerManifest,
			Config: &oci.Descriptor{
				MediaType: "application/vnd.docker.container.image.v1+json", Size: 233,
				Digest: digest(t, "sha256:94725003fc1121ac619e49f4eded91abeb099716c0355599eae9b9d1ceda3030"),
			},
			Layers: []oci.Descriptor{{
				MediaType: "application/vnd.dev.cosign.simplesigning.v1+json", Size: 247,
				Digest: digest(t, "sha256:9888b05f51c2b7ffbc770bdf63a085f0a1508f2f50311fb31c89a92563428e0a"),
				Annotations: map[string]string{
					"dev.cosignproject.cosign/signature": "MEQCIDp8UQVzrkF4KfueTh1wjSyc2J9zazcBtF6uPqmsZgfDAiB2/Z4yTejXnkhvtIoSmp70cNEKDZYgtu5MwzZbmMvKaA==",
				},
			}},
		},
	} {
		t.Run(file, func(t *testing.T) {
			got, err := oci.ParseManifest(read(t, file))
			if err != nil {
				t.Fatalf("ParseManifest = %v", err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ParseManifest (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseManifestRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":              "",
		"a part":               `{"layers":[`,
		"null":                 `null`,
		"an array":             `[]`,
		"a page":               `<html></html>`,
		"an error":             `{"errors":[{"status":404,"message":"Unable to find item"}]}`,
		"schema 1":             `{"schemaVersion":1,"fsLayers":[{"blobSum":"sha256:` + abcDigits + `"}]}`,
		"another algorithm":    `{"layers":[{"digest":"sha512:` + abcDigits + abcDigits + `"}]}`,
		"a layer of nothing":   `{"layers":[{"digest":"` + abcDigest + `"},{}]}`,
		"a child of nothing":   `{"manifests":[{"digest":""}]}`,
		"a config of nothing":  `{"config":{},"layers":[]}`,
		"a subject of nothing": `{"layers":[],"subject":{}}`,
		"two documents":        `{"layers":[]}{"layers":[]}`,
	} {
		if m, err := oci.ParseManifest([]byte(raw)); err == nil {
			t.Errorf("ParseManifest(%s) = %+v, want an error for %s", raw, m, name)
		}
	}
}

func TestManifestBlobs(t *testing.T) {
	m, err := oci.ParseManifest([]byte(fmt.Sprintf(`{"config":{"digest":%q},"layers":[{"digest":%q},{"digest":%q},{"digest":%q}]}`,
		oci.Digest{1}, oci.Digest{2}, oci.Digest{1}, oci.Digest{2})))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]oci.Digest{{1}, {2}}, m.Blobs()); diff != "" {
		t.Errorf("Blobs, the config first and each once (-want +got):\n%s", diff)
	}
	m.Config = nil
	if diff := cmp.Diff([]oci.Digest{{2}, {1}}, m.Blobs()); diff != "" {
		t.Errorf("Blobs without a config (-want +got):\n%s", diff)
	}
	if got := (oci.Manifest{}).Blobs(); len(got) != 0 {
		t.Errorf("Blobs of nothing = %v", got)
	}
}

func TestManifestChildren(t *testing.T) {
	m := oci.Manifest{Manifests: []oci.Descriptor{{Digest: oci.Digest{2}}, {Digest: oci.Digest{1}}}}
	if diff := cmp.Diff([]oci.Digest{{2}, {1}}, m.Children()); diff != "" {
		t.Errorf("Children, in the index's order (-want +got):\n%s", diff)
	}
}

func TestManifestMediaTypes(t *testing.T) {
	want := []string{
		"application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
		"application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
	}
	if diff := cmp.Diff(want, oci.ManifestMediaTypes()); diff != "" {
		t.Errorf("ManifestMediaTypes (-want +got):\n%s", diff)
	}
}

// What a report may show is not of any length. It is a manifest all the same.
func TestParseManifestRefusesLongMediaTypes(t *testing.T) {
	d := `"digest":"sha256:` + strings.Repeat("ab", 32) + `"`
	for _, form := range []string{
		`{"mediaType":"%s","layers":[]}`, `{"artifactType":"%s","layers":[]}`, `{"layers":[{` + d + `,"mediaType":"%s"}]}`,
		`{"config":{` + d + `,"mediaType":"%s"}}`, `{"manifests":[{` + d + `,"artifactType":"%s"}]}`,
	} {
		for length, refused := range map[int]bool{intake.MediaTypeBytes: false, intake.MediaTypeBytes + 1: true} {
			_, err := oci.ParseManifest(fmt.Appendf(nil, form, strings.Repeat("t", length)))
			if errors.As(err, new(intake.TooMuchError)) != refused || !refused && err != nil {
				t.Errorf("ParseManifest(%s) with %d bytes = %v, want refused %t", form, length, err, refused)
			}
		}
	}
}

func TestParseManifestOfDeepNesting(t *testing.T) {
	for _, deep := range []string{`{"layers":[{"annotations":`, `{"subject":`, `[`, `{"x":[`} {
		if _, err := oci.ParseManifest([]byte(strings.Repeat(deep, 1_000_000))); err == nil || len(err.Error()) > 500 {
			t.Errorf("ParseManifest of deeply nested %s = %.500v, want an error", deep, err)
		}
	}
}

// What parses says the same when it is written and parsed again, and names no
// blob twice or by no digest.
func FuzzParseManifest(f *testing.F) {
	for _, file := range []string{"bundle.json", "fallback-index.json", "docker.json"} {
		f.Add(read(f, file))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := oci.ParseManifest(raw)
		if err != nil {
			return
		}
		seen := map[oci.Digest]bool{{}: true}
		for _, d := range m.Blobs() {
			if seen[d] {
				t.Errorf("Blobs = %v, want each digest once and none zero", m.Blobs())
			}
			seen[d] = true
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		reparsed, err := oci.ParseManifest(again)
		if err != nil {
			t.Fatalf("ParseManifest(%s) = %v", again, err)
		}
		if diff := cmp.Diff(m, reparsed, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("parsed, written and parsed again (-first +second):\n%s", diff)
		}
	})
}

// What the Referrers API lists a manifest as (OCI distribution-spec 1.1, listing referrers).
func TestManifestType(t *testing.T) {
	for _, c := range []struct {
		manifest oci.Manifest
		want     string
	}{
		{oci.Manifest{ArtifactType: "a", Config: &oci.Descriptor{MediaType: "c"}}, "a"},
		{oci.Manifest{Config: &oci.Descriptor{MediaType: "c"}}, "c"},
		{oci.Manifest{}, ""},
	} {
		if got := c.manifest.Type(); got != c.want {
			t.Errorf("Type(%+v) = %q, want %q", c.manifest, got, c.want)
		}
	}
}
