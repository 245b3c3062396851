//go:build e2e

package e2e_test

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// layer writes a tar of one file, the content of an image.
func (h *house) layer(name, content string) string {
	h.t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "hello", Mode: 0o644, Size: int64(len(content))}); err != nil {
		h.t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		h.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		h.t.Fatal(err)
	}
	file := filepath.Join(h.dir, name+".tar")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return file
}

// push pushes a single-arch image and returns its reference by digest.
func (h *house) push(image, tag, content string) string {
	h.t.Helper()
	out := h.must("crane", "append", "--new_layer", h.layer(tag, content), "--new_tag", h.in(dev, image)+":"+tag)
	return lastLine(out)
}

// pushIndex pushes an index of two platforms and returns its reference by digest.
func (h *house) pushIndex(image, tag string) string {
	h.t.Helper()
	var children []string
	for _, architecture := range []string{"amd64", "arm64"} {
		child := h.push(image, tag+"-"+architecture, architecture)
		h.must("crane", "mutate", child, "--set-platform", "linux/"+architecture, "--tag", h.in(dev, image)+":"+tag+"-"+architecture)
		children = append(children, "--manifest", h.in(dev, image)+":"+tag+"-"+architecture)
	}
	out := h.must("crane", append([]string{"index", "append", "--tag", h.in(dev, image) + ":" + tag}, children...)...)
	return lastLine(out)
}

func (h *house) in(repository, image string) string { return h.host + "/" + repository + "/" + image }

func lastLine(out string) string { return out[strings.LastIndexByte(out, '\n')+1:] }

// key makes a key pair and returns the path of the private key.
func (h *house) key(name string) string {
	h.t.Helper()
	h.must("cosign", "generate-key-pair", "--output-key-prefix", name)
	return name
}

func (h *house) sign(reference, key string, more ...string) {
	h.t.Helper()
	h.must("cosign", append([]string{"sign", "--yes", "--key", key + ".key", "--tlog-upload=false", reference}, more...)...)
}

// verify runs cosign verify, offline: without a trusted root it would look for one.
func (h *house) verify(reference, key string) error {
	h.t.Helper()
	if _, err := os.Stat(filepath.Join(h.dir, "root.json")); err != nil {
		h.must("cosign", "trusted-root", "create", "--out", "root.json")
	}
	_, err := h.tool("cosign", "verify", "--key", key+".pub", "--insecure-ignore-tlog", "--private-infrastructure",
		"--trusted-root", "root.json", reference)
	return err
}

// atTarget is the same image in the target repository.
func atTarget(reference string) string {
	return strings.Replace(reference, "/"+dev+"/", "/"+prod+"/", 1)
}

func TestCosignVerifiesAfterSync(t *testing.T) {
	h := newHouse(t)
	one, two := h.key("one"), h.key("two")
	single := h.push("team/single", "1.0", "single")
	h.sign(single, one)
	twice := h.push("team/twice", "1.0", "twice")
	h.sign(twice, one)
	h.sign(twice, two)
	index := h.pushIndex("team/index", "1.0")
	h.sign(index, one, "--recursive")
	signed := map[string][]string{single: {one}, twice: {one, two}, index: {one}}
	for child := range strings.FieldsSeq(h.children(index)) {
		signed[strings.Split(index, "@")[0]+"@"+child] = []string{one}
	}
	if len(signed) != 5 {
		t.Fatalf("signed = %v, want three images and two children", signed)
	}
	for _, image := range []string{"team/single", "team/twice", "team/index"} {
		h.promote(image, "1.0")
	}
	h.each(signed, func(reference, key string) {
		if err := h.verify(reference, key); err != nil {
			t.Fatalf("cosign verify at the source: %s by %s: %v", reference, key, err)
		}
		if err := h.verify(atTarget(reference), key); err == nil {
			t.Errorf("cosign verify at the target passes before sync: %s by %s", atTarget(reference), key)
		}
	})
	h.sigsync(3, "audit")
	h.sigsync(0, "sync", "--report", "report.json")
	h.each(signed, func(reference, key string) {
		if err := h.verify(atTarget(reference), key); err != nil {
			t.Errorf("cosign verify at the target after sync: %s by %s: %v", atTarget(reference), key, err)
		}
	})
	if err := h.verify(atTarget(single), two); err == nil {
		t.Error("an image verifies by a key that never signed it")
	}
	h.sigsync(0, "audit")
}

func (h *house) each(signed map[string][]string, check func(reference, key string)) {
	for reference, keys := range signed {
		for _, key := range keys {
			check(reference, key)
		}
	}
}

// children returns the digests that an index lists.
func (h *house) children(index string) string {
	var digests []string
	for _, part := range strings.Split(h.must("crane", "manifest", index), `"digest":"`)[1:] {
		digest, _, _ := strings.Cut(part, `"`)
		digests = append(digests, digest)
	}
	return strings.Join(digests, " ")
}

// A signer that came after the promotion makes the target stale: reported, and
// nothing of it is written over.
func TestASecondSignerAfterSyncIsReported(t *testing.T) {
	h := newHouse(t)
	one, two := h.key("one"), h.key("two")
	image := h.push("team/app", "1.0", "app")
	h.sign(image, one)
	h.promote("team/app", "1.0")
	h.sigsync(0, "sync")
	h.sign(image, two)
	out := h.sigsync(3, "sync")
	if !strings.Contains(out, "the source holds 2, the target 1 of them") {
		t.Errorf("sync says:\n%s", out)
	}
	if err := h.verify(atTarget(image), one); err != nil {
		t.Errorf("the first signature no longer verifies: %v", err)
	}
}

func TestAttestationsAndSBOMs(t *testing.T) {
	h := newHouse(t)
	one := h.key("one")
	image := h.push("team/app", "1.0", "app")
	h.sign(image, one)
	h.write("predicate.json", `{"checked": true}`)
	h.must("cosign", "attest", "--yes", "--key", one+".key", "--tlog-upload=false", "--type", "custom", "--predicate", "predicate.json", image)
	h.write("sbom.json", `{"spdxVersion": "SPDX-2.3"}`)
	h.must("cosign", "attach", "sbom", "--sbom", "sbom.json", "--type", "spdx", "--input-format", "json", image)
	h.must("cosign", "sign", "--yes", "--key", one+".key", "--tlog-upload=false", "--attachment", "sbom", image)
	h.promote("team/app", "1.0")
	h.sigsync(0, "sync")
	if out, err := h.tool("cosign", "verify-attestation", "--key", one+".pub", "--insecure-ignore-tlog", "--private-infrastructure", "--type", "custom", atTarget(image)); err != nil {
		t.Errorf("cosign verify-attestation: %v\n%s", err, out)
	}
	if out, err := h.tool("cosign", "verify", "--attachment", "sbom", "--key", one+".pub", "--insecure-ignore-tlog", "--private-infrastructure", atTarget(image)); err != nil {
		t.Errorf("cosign verify --attachment sbom: %v\n%s", err, out)
	}
	if got, want := h.must("crane", "ls", h.in(prod, "team/app")), h.must("crane", "ls", h.in(dev, "team/app")); got != want {
		t.Errorf("tags at the target = %q, want those of the source %q", got, want)
	}
}

// The emulator must satisfy the tools that satisfy a real server.
func TestCraneIsContent(t *testing.T) {
	h := newHouse(t)
	image := h.push("a/b/c", "1.0", "content")
	h.promote("a/b/c", "1.0")
	h.must("crane", "validate", "--remote", atTarget(image))
	h.must("crane", "pull", atTarget(image), "image.tar")
	if got := h.must("crane", "digest", h.in(prod, "a/b/c")+":1.0"); !strings.HasSuffix(image, got) {
		t.Errorf("crane digest = %s, want that of %s", got, image)
	}
}
