//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// place is a repository on a server.
type place struct {
	*server
	repository string
}

// image is the name of an image for the tools.
func (p place) image(name string) string { return p.host + "/" + p.repository + "/" + name }

// pair is two repositories, and a desk at which the tools and sigsync work.
type pair struct {
	*desk
	source, target place
	// images are those that a source without a catalog has to be asked for.
	images []string
	// settings are the pair's entries in sigsync's configuration besides its ends, a line each.
	settings []string
	token    string
}

// newPair joins two repositories, of one server or of two.
func newPair(t *testing.T, source, target *server) *pair {
	t.Helper()
	p := &pair{desk: newDesk(t), source: place{source, source.prefix + dev}, target: place{target, target.prefix + prod}, token: "sigsync-token"}
	for _, s := range []*server{source, target} {
		if s.login != nil {
			s.login(p.desk)
		}
	}
	return p
}

// newHouse is a pair on one Artifactory without the Referrers API.
func newHouse(t *testing.T) *pair {
	t.Helper()
	s := startEmulator(t, false)
	return newPair(t, s, s)
}

// promote brings one tag to the target, and nothing of what is stored for it.
func (p *pair) promote(image, tag string) {
	p.t.Helper()
	if p.source.server == p.target.server && p.source.promote != nil {
		p.source.promote(p.t, image, tag)
		return
	}
	p.must("crane", "copy", p.source.image(image)+":"+tag, p.target.image(image)+":"+tag)
}

// atTarget is the same image at the target.
func (p *pair) atTarget(reference string) string {
	return strings.Replace(reference, p.source.image(""), p.target.image(""), 1)
}

// sigsync runs the built program, and wants the exit code.
func (p *pair) sigsync(want int, args ...string) string {
	p.t.Helper()
	p.write("token", p.token+"\n")
	p.write("sigsync.yaml", p.config())
	command := p.command(sigsyncPath, args...)
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != want {
		p.t.Fatalf("sigsync %v: exit code %d, want %d: %v\n%s", args, got, want, err, out)
	}
	return string(out)
}

// config is the pair as sigsync reads it.
func (p *pair) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nservers:\n  source: {url: %q, %s}\n", p.source.url, p.source.settings)
	target := "source"
	if p.target.server != p.source.server {
		target = "target"
		fmt.Fprintf(&b, "  target: {url: %q, %s}\n", p.target.url, p.target.settings)
	}
	fmt.Fprintf(&b, "pairs:\n  - source: {server: source, repository: %s}\n    target: {server: %s, repository: %s}\n", p.source.repository, target, p.target.repository)
	if p.source.unlisted || p.target.unlisted {
		fmt.Fprintf(&b, "    images: {include: [%s]}\n", strings.Join(p.images, ", "))
	}
	for _, line := range p.settings {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	return b.String()
}
