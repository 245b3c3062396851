//go:build e2e

package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// Artifactory takes the image with its SBOMs, as docs/image.md has it pushed, and its digest stays what make image said.
func TestShippedIsPushed(t *testing.T) {
	s := openShipped(t)
	archive, err := filepath.Abs(filepath.Join(dist, "sigsync-image.tar"))
	if err != nil {
		t.Fatal(err)
	}
	server := startEmulator(t, true)
	d := newDesk(t)
	server.login(d)
	digest := strings.TrimSpace(s.digest.String())

	withSBOM := server.host + "/" + dev + "/sigsync:" + s.tag
	d.must("oras", "copy", "--recursive", "--from-oci-layout", archive+":"+s.tag, "--to-plain-http", withSBOM)
	if got := d.must("crane", "digest", withSBOM); got != digest {
		t.Errorf("digest after oras copy = %s, want %s", got, digest)
	}
	for _, platform := range platforms() {
		found := d.must("oras", "discover", "--plain-http", "--platform", platform, "--artifact-type", "application/spdx+json", "--format", "json", withSBOM)
		if got := strings.Count(found, `"digest"`) - 1; got != 1 {
			t.Errorf("%s has %d SBOMs after oras copy, want 1:\n%s", platform, got, found)
		}
	}

	// On from there, and every blob back again.
	promoted := server.host + "/" + prod + "/sigsync:" + s.tag
	d.must("crane", "copy", withSBOM, promoted)
	if got := d.must("crane", "digest", promoted); got != digest {
		t.Errorf("digest after crane copy = %s, want %s", got, digest)
	}
	d.must("crane", "validate", "--remote", promoted)
}
