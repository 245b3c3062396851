//go:build e2e

package e2e_test

import (
	"strings"
	"testing"
)

func TestCosignVerifiesAfterSync(t *testing.T) {
	p := newHouse(t)
	one, two := p.key("one"), p.key("two")
	single := p.push(p.source.image("team/single"), "1.0", "single")
	p.cosign2Sign(single, one)
	twice := p.push(p.source.image("team/twice"), "1.0", "twice")
	p.cosign2Sign(twice, one)
	p.cosign2Sign(twice, two)
	index := p.pushIndex(p.source.image("team/index"), "1.0")
	p.cosign2Sign(index, one, "--recursive")
	signed := map[string][]string{single: {one}, twice: {one, two}, index: {one}}
	for _, child := range p.children(index) {
		signed[child] = []string{one}
	}
	if len(signed) != 5 {
		t.Fatalf("signed = %v, want three images and two children", signed)
	}
	for _, image := range []string{"team/single", "team/twice", "team/index"} {
		p.promote(image, "1.0")
	}
	each(signed, func(reference, key string) {
		if err := byCosign("cosign", key).read(p.desk, reference); err != nil {
			t.Fatalf("at the source: %v", err)
		}
		if err := byCosign("cosign", key).read(p.desk, p.atTarget(reference)); err == nil {
			t.Errorf("cosign verify at the target passes before sync: %s by %s", p.atTarget(reference), key)
		}
	})
	p.sigsync(3, "audit")
	p.sigsync(0, "sync", "--report", "report.json")
	each(signed, func(reference, key string) {
		if err := byCosign("cosign", key).read(p.desk, p.atTarget(reference)); err != nil {
			t.Errorf("at the target after sync: %v", err)
		}
	})
	if err := byCosign("cosign", two).read(p.desk, p.atTarget(single)); err == nil {
		t.Error("an image verifies by a key that never signed it")
	}
	p.sigsync(0, "audit")
}

func each(signed map[string][]string, check func(reference, key string)) {
	for reference, keys := range signed {
		for _, key := range keys {
			check(reference, key)
		}
	}
}

// A signer that came after the promotion makes the target stale: reported, and
// nothing of it is written over.
func TestASecondSignerAfterSyncIsReported(t *testing.T) {
	p := newHouse(t)
	one, two := p.key("one"), p.key("two")
	image := p.push(p.source.image("team/app"), "1.0", "app")
	p.cosign2Sign(image, one)
	p.promote("team/app", "1.0")
	p.sigsync(0, "sync")
	p.cosign2Sign(image, two)
	out := p.sigsync(3, "sync")
	if !strings.Contains(out, "the source holds 2, the target 1 of them") {
		t.Errorf("sync says:\n%s", out)
	}
	if err := byCosign("cosign", one).read(p.desk, p.atTarget(image)); err != nil {
		t.Errorf("the first signature no longer verifies: %v", err)
	}
}

// What is stored for an attachment is carried like what is stored for an image.
func TestSignedSBOM(t *testing.T) {
	p := newHouse(t)
	one := p.key("one")
	image := p.push(p.source.image("team/app"), "1.0", "app")
	p.attachSBOM(image)
	p.cosign2Sign(image, one, "--attachment", "sbom")
	p.promote("team/app", "1.0")
	p.sigsync(0, "sync")
	if err := byCosign("cosign", one, "--attachment", "sbom").read(p.desk, p.atTarget(image)); err != nil {
		t.Error(err)
	}
	if got, want := p.must("crane", "ls", p.target.image("team/app")), p.must("crane", "ls", p.source.image("team/app")); got != want {
		t.Errorf("tags at the target = %q, want those of the source %q", got, want)
	}
}

// The emulator must satisfy the tools that satisfy a real server.
func TestCraneIsContent(t *testing.T) {
	p := newHouse(t)
	image := p.push(p.source.image("a/b/c"), "1.0", "content")
	p.promote("a/b/c", "1.0")
	p.must("crane", "validate", "--remote", p.atTarget(image))
	p.must("crane", "pull", p.atTarget(image), "image.tar")
	if got := p.must("crane", "digest", p.target.image("a/b/c")+":1.0"); !strings.HasSuffix(image, got) {
		t.Errorf("crane digest = %s, want that of %s", got, image)
	}
}
