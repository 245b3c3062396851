//go:build e2e

package e2e_test

import (
	"path/filepath"
	"testing"
)

// release runs .ci/sign as a release does, but with a key.
func (d *desk) release(key string, args ...string) {
	d.t.Helper()
	script, err := filepath.Abs("../.ci/sign")
	if err != nil {
		d.t.Fatal(err)
	}
	command := d.command(script, args...)
	command.Env = append(command.Env, "COSIGN="+toolPath(d.t, "cosign3"), "COSIGN_KEY="+filepath.Join(d.dir, key+".key"))
	if _, err := output(command); err != nil {
		d.t.Fatal(err)
	}
}

// What is published is signed in both formats, and each is read by the cosign that it is meant for; another file is not taken.
func TestReleaseSignsFiles(t *testing.T) {
	d := newDesk(t)
	key := d.key("release")
	d.write("checksums.txt", string(readFile(t, filepath.Join(snapshots, "checksums.txt"))))
	d.write("other.txt", "something else")
	d.release(key, "detached", "checksums.txt", "checksums.txt.sig", "checksums.txt.pem")
	d.release(key, "bundle", "checksums.txt", "checksums.txt.sigstore.json")
	for name, verify := range map[string][]string{
		"cosign":  {"verify-blob", "--key", key + ".pub", "--insecure-ignore-tlog", "--signature", "checksums.txt.sig"},
		"cosign3": {"verify-blob", "--key", key + ".pub", "--insecure-ignore-tlog", "--bundle", "checksums.txt.sigstore.json"},
	} {
		if _, err := d.try(name, append(verify, "checksums.txt")...); err != nil {
			t.Error(err)
		}
		if out, err := d.try(name, append(verify, "other.txt")...); err == nil {
			t.Errorf("%s takes another file: %s", name, out)
		}
	}
}

// An image and each of its platforms have a signature in both formats, so that either cosign is content with either.
func TestReleaseSignsImages(t *testing.T) {
	s := startEmulator(t, true)
	d := newDesk(t)
	s.login(d)
	key := d.key("release")
	image := d.pushIndex(s.host+"/"+dev+"/sigsync", "1.0.0")
	d.release(key, "image", image)
	for _, reference := range append(d.children(image), image) {
		for _, form := range []string{"--new-bundle-format=false", "--new-bundle-format=true"} {
			if _, err := d.try("cosign3", "verify", "--key", key+".pub", "--insecure-ignore-tlog", "--trusted-root", trustedRoot, form, reference); err != nil {
				t.Errorf("%s: %v", form, err)
			}
		}
	}
}
