//go:build e2e

package e2e_test

// key makes a key pair that both versions of cosign read, and returns its name.
func (d *desk) key(name string) string {
	d.t.Helper()
	d.must("cosign", "generate-key-pair", "--output-key-prefix", name)
	return name
}

// cosign2Sign stores a signature under the .sig tag.
func (d *desk) cosign2Sign(image, key string, more ...string) {
	d.t.Helper()
	d.must("cosign", append([]string{"sign", "--yes", "--key", key + ".key", "--tlog-upload=false", image}, more...)...)
}

// cosign2Attest stores an attestation under the .att tag.
func (d *desk) cosign2Attest(image, key string) {
	d.t.Helper()
	d.must("cosign", "attest", "--yes", "--key", key+".key", "--tlog-upload=false", "--type", "custom", "--predicate", predicate, image)
}

// cosign3Sign stores a signature as a bundle.
func (d *desk) cosign3Sign(image, key string, more ...string) {
	d.t.Helper()
	d.must("cosign3", append([]string{"sign", "--yes", "--key", key + ".key", "--signing-config", signingConfig, "--trusted-root", trustedRoot, image}, more...)...)
}

// cosign3Attest stores an attestation as a bundle.
func (d *desk) cosign3Attest(image, key string) {
	d.t.Helper()
	d.must("cosign3", "attest", "--yes", "--key", key+".key", "--signing-config", signingConfig, "--trusted-root", trustedRoot,
		"--type", "custom", "--predicate", predicate, image)
}

// referrerSign stores a signature of the old format as a referrer, which cosign 2 does on request.
func (d *desk) referrerSign(image, key string) {
	d.t.Helper()
	command := d.command(toolPath(d.t, "cosign"), "sign", "--yes", "--key", key+".key", "--tlog-upload=false", "--registry-referrers-mode=oci-1-1", image)
	command.Env = append(command.Env, "COSIGN_EXPERIMENTAL=1")
	if _, err := output(command); err != nil {
		d.t.Fatal(err)
	}
}

// attachSBOM stores an SBOM under the .sbom tag.
func (d *desk) attachSBOM(image string) {
	d.t.Helper()
	d.write("sbom.json", `{"spdxVersion": "SPDX-2.3"}`)
	d.must("cosign", "attach", "sbom", "--sbom", "sbom.json", "--type", "spdx", "--input-format", "json", image)
}

// orasAttach stores an SBOM as a referrer.
func (d *desk) orasAttach(image string) {
	d.t.Helper()
	d.write("bom.json", `{"spdxVersion": "SPDX-2.3"}`)
	d.must("oras", "attach", "--plain-http", "--artifact-type", spdx, image, "bom.json:"+spdx)
}

const spdx = "application/spdx+json"
