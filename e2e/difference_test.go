//go:build e2e

package e2e_test

import "testing"

// Of two signers, one signed at the source and one at the target: both verify after a merge, and nobody's signature is lost.
func TestMergeOfTwoSigners(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			p := within(k).join(t)
			p.token, p.settings, p.images = "merger-token", []string{"on_difference: merge"}, []string{"team/app"}
			one, two := p.key("one"), p.key("two")
			image := p.push(p.source.image("team/app"), "1.0", "app")
			p.promote("team/app", "1.0")
			p.cosign2Sign(image, one)
			p.cosign2Attest(image, one)
			p.cosign2Sign(p.atTarget(image), two)
			p.cosign2Attest(p.atTarget(image), two)
			if err := byCosign("cosign", one).read(p.desk, p.atTarget(image)); err == nil {
				t.Fatal("the target holds the source's signature before sync")
			}
			p.forget()
			p.sigsync(0, "sync")
			p.wroteOnlyAttachments(t, []string{image})
			for _, key := range []string{one, two} {
				for _, r := range []reader{byCosign("cosign", key), byCosign("cosign3", key), byCosignLegacyAttestation("cosign", key), byCosignLegacyAttestation("cosign3", key)} {
					if err := r.read(p.desk, p.atTarget(image)); err != nil {
						t.Errorf("at the target after sync: %v", err)
					}
				}
			}
			p.forget()
			p.sigsync(0, "sync")
			p.wroteNothing(t)
		})
	}
}

// A signer that came to the source later is added to what the target holds.
func TestUpdateAddsALaterSigner(t *testing.T) {
	p := newHouse(t)
	p.token, p.settings = "merger-token", []string{"on_difference: update"}
	one, two := p.key("one"), p.key("two")
	image := p.push(p.source.image("team/app"), "1.0", "app")
	p.cosign2Sign(image, one)
	p.promote("team/app", "1.0")
	p.sigsync(0, "sync")
	p.cosign2Sign(image, two)
	p.sigsync(0, "sync")
	for _, key := range []string{one, two} {
		if err := byCosign("cosign", key).read(p.desk, p.atTarget(image)); err != nil {
			t.Errorf("at the target after sync: %v", err)
		}
	}
}
