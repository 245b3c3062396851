//go:build e2e

package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

// reader is a tool that looks for one thing stored for an image, and says what it misses.
type reader struct {
	name string
	read func(d *desk, image string) error
}

// byCosign reads the signatures by a key as cosign of that version does by default: bundles, and .sig tags where there is none.
func byCosign(tool, key string, more ...string) reader {
	return reader{strings.Join(append([]string{tool, "verify", key}, more...), " "), func(d *desk, image string) error {
		return d.cosign(tool, append([]string{"verify", "--key", key + ".pub", image}, more...)...)
	}}
}

// byCosignLegacy reads nothing but .sig tags.
func byCosignLegacy(tool, key string) reader { return byCosign(tool, key, "--new-bundle-format=false") }

// byCosignAttestation reads an attestation by a key.
func byCosignAttestation(tool, key string, more ...string) reader {
	return reader{strings.Join(append([]string{tool, "verify-attestation"}, more...), " "), func(d *desk, image string) error {
		return d.cosign(tool, append([]string{"verify-attestation", "--type", "custom", "--key", key + ".pub", image}, more...)...)
	}}
}

// byCosignLegacyAttestation reads nothing but .att tags.
func byCosignLegacyAttestation(tool, key string) reader {
	return byCosignAttestation(tool, key, "--new-bundle-format=false")
}

// byCosignReferrer reads signatures of the old format that are referrers.
func byCosignReferrer(key string) reader {
	return reader{"cosign verify experimental-oci11", func(d *desk, image string) error {
		command := d.command(toolPath(d.t, "cosign"), append([]string{"verify", "--key", key + ".pub", "--experimental-oci11", image}, offline("cosign")...)...)
		command.Env = append(command.Env, "COSIGN_EXPERIMENTAL=1")
		_, err := output(command)
		return err
	}}
}

// byCosignSBOM reads the .sbom tag.
func byCosignSBOM() reader {
	return reader{"cosign download sbom", func(d *desk, image string) error {
		_, err := d.try("cosign", "download", "sbom", image)
		return err
	}}
}

// byOras lists the referrers of an image, and misses some if there are fewer than that.
func byOras(referrers int) reader {
	return reader{"oras discover", func(d *desk, image string) error {
		out, err := d.try("oras", "discover", "--plain-http", "--format", "json", image)
		if err != nil {
			return err
		}
		var listed struct {
			Referrers []json.RawMessage `json:"referrers"`
		}
		if err := json.Unmarshal([]byte(out), &listed); err != nil {
			return fmt.Errorf("oras discover: %w in %s", err, out)
		}
		if got := len(listed.Referrers); got != referrers {
			return fmt.Errorf("oras discover %s: %d referrers, want %d:\n%s", image, got, referrers, out)
		}
		return nil
	}}
}

// cosign runs a command of cosign that reads, without a look at a transparency log or a trusted root on the network.
func (d *desk) cosign(tool string, args ...string) error {
	d.t.Helper()
	_, err := d.try(tool, append(args, offline(tool)...)...)
	return err
}

// offline are the options by which a version of cosign verifies with a key and nothing else.
func offline(tool string) []string {
	if tool == "cosign" {
		return []string{"--insecure-ignore-tlog", "--private-infrastructure", "--trusted-root", trustedRoot}
	}
	return []string{"--insecure-ignore-tlog"}
}
