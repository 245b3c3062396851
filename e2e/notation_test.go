//go:build e2e

package e2e_test

// notationKey makes a certificate that signs and is trusted everywhere.
func (d *desk) notationKey() {
	d.t.Helper()
	d.must("notation", "cert", "generate-test", "--default", "house")
	d.write("notation/trustpolicy.json", `{"version": "1.0", "trustPolicies": [{"name": "all", "registryScopes": ["*"],
		"signatureVerification": {"level": "strict"}, "trustStores": ["ca:house"], "trustedIdentities": ["*"]}]}`)
}

// notationSign stores a signature as a referrer.
func (d *desk) notationSign(image string, more ...string) {
	d.t.Helper()
	d.must("notation", append([]string{"sign", "--insecure-registry", image}, more...)...)
}

func byNotation() reader {
	return reader{"notation verify", func(d *desk, image string) error {
		_, err := d.try("notation", "verify", "--insecure-registry", image)
		return err
	}}
}
