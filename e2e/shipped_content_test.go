//go:build e2e

package e2e_test

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// platforms are those that the image is for.
func platforms() []string { return []string{"linux/amd64", "linux/arm64"} }

// mostUnpacked is how many bytes the files of the image may have on a node, mostPulled how many go over the network.
const mostUnpacked, mostPulled = 25_000_000, 12_000_000

// Every digest and size in the layout is that of what it stands for, from the list down to the files in the layers.
func TestShippedDigests(t *testing.T) {
	s := openShipped(t)
	if err := validate.Index(s.index); err != nil {
		t.Error(err)
	}
	var got []string
	for _, entry := range shippedManifest(t, s.index).Manifests {
		got = append(got, entry.Platform.String())
	}
	if diff := cmp.Diff(platforms(), got); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
	if want, got := s.digest.String()+"\n", string(readFile(t, filepath.Join(dist, "sigsync-image.digest"))); got != want {
		t.Errorf("sigsync-image.digest = %q, want %q", got, want)
	}
}

func TestShippedImage(t *testing.T) {
	s := openShipped(t)
	for _, platform := range platforms() {
		t.Run(platform, func(t *testing.T) {
			image := s.image(t, platform)
			file, err := image.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			manifest, err := image.Manifest()
			if err != nil {
				t.Fatal(err)
			}
			want := v1.Config{
				User: "65532:65532", Entrypoint: []string{"/ko-app/sigsync"}, Labels: file.Config.Labels, Env: file.Config.Env,
			}
			if diff := cmp.Diff(want, file.Config); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
			checkLabels(t, file.Config.Labels)
			checkLabels(t, manifest.Annotations)
			checkLabels(t, shippedManifest(t, s.index).Annotations)
			if created := file.Created.UTC().Format(time.RFC3339); created != file.Config.Labels[shippedLabel+"created"] {
				t.Errorf("created = %s, want what the label says: %s", created, file.Config.Labels[shippedLabel+"created"])
			}
			checkFiles(t, platform, image, manifest)
		})
	}
}

// checkLabels wants what the specification of annotations foresees.
func checkLabels(t *testing.T, labels map[string]string) {
	t.Helper()
	got := map[string]string{}
	for name, value := range labels {
		if !strings.HasPrefix(name, shippedLabel+"base.") {
			got[strings.TrimPrefix(name, shippedLabel)] = value
		}
	}
	want := map[string]string{
		"title": "sigsync", "description": "Copies cosign signatures after images that were promoted between JFrog Artifactory repositories",
		"source": "https://github.com/sigsync/sigsync", "documentation": "https://github.com/sigsync/sigsync/blob/main/README.md",
		"licenses": "Apache-2.0", "revision": lastCommit(t), "version": got["version"], "created": got["created"],
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if at, err := time.Parse(time.RFC3339, got["created"]); err != nil || at.Location() != time.UTC {
		t.Errorf("created = %q, want a time of RFC 3339 in UTC", got["created"])
	}
	if got["version"] == "" || strings.HasPrefix(got["version"], "v") || strings.Contains(got["version"], "dirty") {
		t.Errorf("version = %q, want a semantic version without v, of a clean tree", got["version"])
	}
}

// checkFiles wants the program for that platform alone, linked with nothing, and small.
func checkFiles(t *testing.T, platform string, image v1.Image, manifest *v1.Manifest) {
	t.Helper()
	root := t.TempDir()
	unpackImage(t, image, root)
	files := filesIn(t, root)
	var unpacked, pulled int64
	for _, size := range files {
		unpacked += size
	}
	for _, layer := range manifest.Layers {
		pulled += layer.Size
		if layer.MediaType != types.OCILayer {
			t.Errorf("layer %s is a %s, want a %s", layer.Digest, layer.MediaType, types.OCILayer)
		}
	}
	t.Logf("%s: %d bytes unpacked, %d pulled", platform, unpacked, pulled)
	if unpacked > mostUnpacked || pulled > mostPulled {
		t.Errorf("%d bytes unpacked, %d pulled, want at most %d and %d", unpacked, pulled, mostUnpacked, mostPulled)
	}
	if _, there := files["/ko-app/sigsync"]; !there || len(files) != 1 {
		t.Errorf("files = %v, want /ko-app/sigsync alone", files)
	}
	program, err := elf.Open(filepath.Join(root, "ko-app", "sigsync"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Close() }()
	machines := map[string]elf.Machine{"linux/amd64": elf.EM_X86_64, "linux/arm64": elf.EM_AARCH64}
	if program.Machine != machines[platform] {
		t.Errorf("the program is for %v, want %v", program.Machine, machines[platform])
	}
	for _, p := range program.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program needs a dynamic linker (%v)", p.Type)
		}
	}
}

// The SBOM lists the modules that are in the program, no more and no fewer.
func TestShippedSBOM(t *testing.T) {
	s := openShipped(t)
	for _, platform := range platforms() {
		t.Run(platform, func(t *testing.T) {
			image := s.image(t, platform)
			root := t.TempDir()
			unpackImage(t, image, root)
			built, err := buildinfo.ReadFile(filepath.Join(root, "ko-app", "sigsync"))
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"pkg:golang/" + built.Main.Path + "@" + built.Main.Version + "?type=module"}
			for _, module := range built.Deps {
				if module.Replace != nil {
					t.Errorf("%s is replaced by %s, of which the test knows nothing", module.Path, module.Replace.Path)
				}
				// A package URL has parts of a path in lower case.
				want = append(want, strings.ToLower("pkg:golang/"+module.Path+"@"+module.Version+"?type=module"))
			}
			// The certificate authorities: TestScript/roots of cmd/sigsync says what they do.
			if !slices.ContainsFunc(want, func(purl string) bool {
				return strings.HasPrefix(purl, "pkg:golang/golang.org/x/crypto/x509roots/fallback@")
			}) {
				t.Error("the program has no certificate authorities")
			}
			content := s.sbom(t, image)
			got := modulesOf(t, content)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("modules (-program +SBOM):\n%s", diff)
			}
			beside := readFile(t, filepath.Join(dist, "sigsync-"+strings.ReplaceAll(platform, "/", "-")+".spdx.json"))
			if !bytes.Equal(content, beside) {
				t.Error("the SBOM in the layout and the file beside it differ")
			}
		})
	}
}

// sbom reads what is attached to an image in the layout.
func (s *shipped) sbom(t *testing.T, image v1.Image) []byte {
	t.Helper()
	list, err := s.list.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	var found [][]byte
	for _, entry := range shippedManifest(t, list).Manifests {
		if entry.ArtifactType != "application/spdx+json" {
			continue
		}
		attached, err := list.Image(entry.Digest)
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := attached.Manifest()
		if err != nil {
			t.Fatal(err)
		}
		if manifest.Subject.Digest != digest {
			continue
		}
		content, err := s.list.Bytes(manifest.Layers[0].Digest)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, content)
	}
	if len(found) != 1 {
		t.Fatalf("%d SBOMs are attached to %s, want one", len(found), digest)
	}
	return found[0]
}

// modulesOf lists the package URLs of the Go modules in an SPDX document.
func modulesOf(t *testing.T, sbom []byte) []string {
	t.Helper()
	var document struct {
		SPDXVersion string `json:"spdxVersion"`
		Packages    []struct {
			ExternalRefs []struct {
				ReferenceType    string `json:"referenceType"`
				ReferenceLocator string `json:"referenceLocator"`
			} `json:"externalRefs"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(sbom, &document); err != nil {
		t.Fatal(err)
	}
	if document.SPDXVersion != "SPDX-2.3" {
		t.Errorf("spdxVersion = %q, want SPDX-2.3", document.SPDXVersion)
	}
	var modules []string
	for _, p := range document.Packages {
		for _, r := range p.ExternalRefs {
			if r.ReferenceType == "purl" && strings.HasPrefix(r.ReferenceLocator, "pkg:golang/") {
				modules = append(modules, strings.ToLower(r.ReferenceLocator))
			}
		}
	}
	return modules
}

// Another build of the same commit, in another folder, gives the same bytes.
func TestShippedIsReproducible(t *testing.T) {
	openShipped(t)
	again := t.TempDir()
	if _, err := output(exec.CommandContext(t.Context(), "../.ci/image", toolPath(t, "ko"), toolPath(t, "oras"), again)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dist, "sigsync-*"))
	if err != nil || len(files) != 4 {
		t.Fatalf("Glob(%s/sigsync-*) = %v, %v, want four files", dist, files, err)
	}
	for _, file := range files {
		if !bytes.Equal(readFile(t, file), readFile(t, filepath.Join(again, filepath.Base(file)))) {
			t.Errorf("%s came out otherwise", filepath.Base(file))
		}
	}
	if entries, err := os.ReadDir(again); err != nil || len(entries) != len(files) {
		t.Errorf("a build wrote %v, %v, want %v", entries, err, files)
	}
}
