//go:build e2e

package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// desk is a folder in which the tools of one test are at home: it holds their keys, logins and files.
type desk struct {
	t   *testing.T
	dir string
}

// Files on a desk by which cosign knows that there is no transparency log, no certificate authority and nobody to ask.
const trustedRoot, signingConfig, predicate = "root.json", "signing.json", "predicate.json"

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	d.write(trustedRoot, `{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`)
	d.write(signingConfig, `{"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json", "rekorTlogConfig": {}, "tsaConfig": {}}`)
	d.write(predicate, `{"checked": true}`)
	return d
}

func (d *desk) write(name, content string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// command prepares a program that is at home at the desk.
func (d *desk) command(path string, args ...string) *exec.Cmd {
	command := exec.CommandContext(d.t.Context(), path, args...)
	command.Dir = d.dir
	command.Env = append(os.Environ(), "HOME="+d.dir, "XDG_CONFIG_HOME="+d.dir, "DOCKER_CONFIG="+d.dir, "COSIGN_PASSWORD=")
	return command
}

// try runs a tool. The error holds what the tool said.
func (d *desk) try(name string, args ...string) (string, error) {
	d.t.Helper()
	return output(d.command(toolPath(d.t, name), args...))
}

// must runs a tool that has to succeed.
func (d *desk) must(name string, args ...string) string {
	d.t.Helper()
	out, err := d.try(name, args...)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// login gives the tools the credentials of the user release.
func (d *desk) login(host string) {
	d.t.Helper()
	d.must("crane", "auth", "login", host, "--username", "release", "--password", "release-password")
}

// output runs a command and returns what it said.
func output(command *exec.Cmd) (string, error) {
	out, err := command.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s %s: %w\n%s", filepath.Base(command.Path), strings.Join(command.Args[1:], " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
