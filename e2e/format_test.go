//go:build e2e

package e2e_test

// format is a way of storing something for an image.
type format struct {
	// name is also the name of the image it is tried on.
	name   string
	attach func(d *desk, image string)
	// readers are all that can read it.
	readers []reader
}

// notationTag is what notation does by itself: it keeps an index under the fallback tag, whatever the registry has.
const notationTag = "notation-tag"

// formats are the ones of every tool, signed with a key.
func formats(key string) []format {
	return []format{
		{"cosign3-signature", func(d *desk, image string) { d.cosign3Sign(image, key) },
			[]reader{byCosign("cosign", key), byCosign("cosign3", key), byOras(1)}},
		{"cosign3-attestation", func(d *desk, image string) {
			d.cosign3Sign(image, key)
			d.cosign3Attest(image, key)
		}, []reader{byCosign("cosign3", key), byCosignAttestation("cosign", key), byCosignAttestation("cosign3", key), byOras(2)}},
		{"cosign2-signature", func(d *desk, image string) { d.cosign2Sign(image, key) },
			[]reader{byCosign("cosign", key), byCosign("cosign3", key)}},
		{"cosign2-attestation", func(d *desk, image string) {
			d.cosign2Sign(image, key)
			d.cosign2Attest(image, key)
		}, []reader{byCosignLegacyAttestation("cosign", key), byCosignLegacyAttestation("cosign3", key)}},
		{"both-signatures", func(d *desk, image string) {
			d.cosign2Sign(image, key)
			d.cosign3Sign(image, key)
		}, []reader{byCosign("cosign", key), byCosign("cosign3", key), byCosignLegacy("cosign", key), byCosignLegacy("cosign3", key), byOras(1)}},
		{"cosign-referrer", func(d *desk, image string) { d.referrerSign(image, key) }, []reader{byCosignReferrer(key), byOras(1)}},
		{"notation", func(d *desk, image string) { d.notationSign(image, "--force-referrers-tag=false") }, []reader{byNotation(), byOras(1)}},
		{notationTag, func(d *desk, image string) { d.notationSign(image) }, []reader{byNotation(), byOras(1)}},
		{"sbom-referrer", func(d *desk, image string) { d.orasAttach(image) }, []reader{byOras(1)}},
		{"sbom-tag", func(d *desk, image string) { d.attachSBOM(image) }, []reader{byCosignSBOM()}},
	}
}
