//go:build e2e

package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sign --recursive of cosign 3 stores a bundle for the index and for each of its children.
func TestBundlesOfAnIndex(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			p := within(k).join(t)
			one := p.key("one")
			index := p.pushIndex(p.source.image("team/index"), "1.0")
			p.cosign3Sign(index, one, "--recursive")
			p.images = []string{"team/index"}
			p.promote("team/index", "1.0")
			signed := append(p.children(index), index)
			if len(signed) != 3 {
				t.Fatalf("signed = %v, want an index and two children", signed)
			}
			for _, image := range signed {
				if err := byCosign("cosign3", one).read(p.desk, p.atTarget(image)); err == nil {
					t.Errorf("cosign 3 finds a signature at the target before sync: %s", image)
				}
			}
			p.forget()
			p.sigsync(0, "sync")
			p.wroteOnlyAttachments(t, signed)
			for _, image := range signed {
				if err := byCosign("cosign3", one).read(p.desk, p.atTarget(image)); err != nil {
					t.Errorf("at the target after sync: %v", err)
				}
			}
		})
	}
}

// A bundle that the target has of its own stays beside the source's.
func TestBundlesOfTwoSigners(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			p := within(k).join(t)
			p.token, p.images = "merger-token", []string{"team/app"}
			one, two := p.key("one"), p.key("two")
			image := p.push(p.source.image("team/app"), "1.0", "app")
			p.promote("team/app", "1.0")
			p.cosign3Sign(image, one)
			p.cosign3Sign(p.atTarget(image), two)
			p.sigsync(0, "sync")
			for _, r := range []reader{byCosign("cosign3", one), byCosign("cosign3", two), byCosign("cosign", one), byCosign("cosign", two), byOras(2)} {
				if err := r.read(p.desk, p.atTarget(image)); err != nil {
					t.Errorf("at the target after sync: %v", err)
				}
			}
		})
	}
}

// An attestation among bundles hides the .sig tag from cosign 3, so it stays behind where there is no signature among them.
func TestAttestationsAreHeld(t *testing.T) {
	for _, k := range kinds()[:2] {
		t.Run(k.name, func(t *testing.T) {
			p := within(k).join(t)
			one, two := p.key("one"), p.key("two")
			image := p.push(p.source.image("team/app"), "1.0", "app")
			p.cosign2Sign(image, one)
			p.cosign3Attest(image, two)
			p.promote("team/app", "1.0")
			if err := byCosign("cosign3", one).read(p.desk, image); err == nil {
				t.Fatal("cosign 3 finds the signature at the source, and nothing has to be held")
			}
			p.sigsync(3, "sync", "--report", "report.json")
			if err := byCosign("cosign3", one).read(p.desk, p.atTarget(image)); err != nil {
				t.Errorf("at the target after sync: %v", err)
			}
			if got := p.outcomes("report.json"); !slices.Equal(got, []string{"copied", "held"}) {
				t.Errorf("outcomes = %v, want the .sig copied and the attestation held", got)
			}
			p.settings = []string{"attestation_only: copy"}
			p.sigsync(0, "sync")
			if err := byCosignAttestation("cosign3", two).read(p.desk, p.atTarget(image)); err != nil {
				t.Errorf("at the target after a sync that copies attestations: %v", err)
			}
		})
	}
}

// outcomes are those of a report's findings, sorted.
func (d *desk) outcomes(name string) []string {
	d.t.Helper()
	content, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.t.Fatal(err)
	}
	var report struct {
		Pairs []struct {
			Findings []struct {
				Outcome string `json:"outcome"`
			} `json:"findings"`
		} `json:"pairs"`
	}
	if err := json.Unmarshal(content, &report); err != nil {
		d.t.Fatal(err)
	}
	var outcomes []string
	for _, p := range report.Pairs {
		for _, f := range p.Findings {
			outcomes = append(outcomes, f.Outcome)
		}
	}
	slices.Sort(outcomes)
	return outcomes
}
