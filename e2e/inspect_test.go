//go:build e2e

package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/inspect"
)

// The commands that inspect prints are run as they stand: at the source before
// sync, at the target afterwards. The keys are those of the configuration.
func TestTheCommandsThatInspectPrintsVerify(t *testing.T) {
	for name, referrers := range map[string]bool{"emulator": false, "emulator with referrers": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startEmulator(t, referrers)
			tryCommands(newPair(t, s, s))
		})
	}
}

func tryCommands(p *pair) {
	one := p.key("one")
	p.settings = []string{"verify: {keys: [one.pub]}"}
	for name, c := range map[string]struct {
		attach func(image string)
		// commands is how many there are at either side.
		commands int
	}{
		"cosign2":  {func(image string) { p.cosign2Sign(image, one) }, 1},
		"cosign3":  {func(image string) { p.cosign3Sign(image, one) }, 1},
		"both":     {func(image string) { p.cosign2Sign(image, one); p.cosign3Sign(image, one) }, 2},
		"attested": {func(image string) { p.cosign2Sign(image, one); p.cosign2Attest(image, one) }, 2},
		"bundled":  {func(image string) { p.cosign3Sign(image, one); p.cosign3Attest(image, one) }, 2},
	} {
		image := p.push(p.source.image("team/"+name), "1.0", name)
		c.attach(image)
		p.promote("team/"+name, "1.0")
		before := p.inspect("team/" + name + ":1.0")
		if at := before.Repositories[1].Manifests[0].Verify; len(at) > 0 {
			p.t.Errorf("%s: before sync there are commands for the target: %q", name, at)
		}
		at := before.Repositories[0].Manifests[0].Verify
		p.runs(at, c.commands)
		for _, line := range at {
			if err := p.shell(p.atTarget(line)); err == nil {
				p.t.Errorf("%s: before sync the target passes: %s", name, p.atTarget(line))
			}
		}
		p.sigsync(0, "sync", "--image", "team/"+name)
		// The reference is as clusters have it.
		after := p.inspect(p.atTarget(image))
		p.runs(after.Repositories[1].Manifests[0].Verify, c.commands)
		for _, r := range after.Pairs[0].Relations {
			if r.State != "in-sync" {
				p.t.Errorf("%s: after sync %s is %q: %s", name, r.Family, r.State, r.Reason)
			}
		}
	}
}

// inspect runs sigsync inspect, whatever states it finds.
func (p *pair) inspect(reference string) *inspect.Result {
	p.t.Helper()
	var r inspect.Result
	if out := p.sigsync(0, "inspect", reference, "-o", "json", "--fail-on", "none"); json.Unmarshal([]byte(out), &r) != nil {
		p.t.Fatalf("inspect %s = %s", reference, out)
	}
	return &r
}

// runs runs commands, of which there have to be that many.
func (p *pair) runs(lines []string, want int) {
	p.t.Helper()
	if len(lines) != want {
		p.t.Errorf("commands = %q, want %d", lines, want)
	}
	for _, line := range lines {
		if err := p.shell(line); err != nil {
			p.t.Error(err)
		}
	}
}

// shell runs a command line as a reader of it would, with cosign 3 as cosign.
func (p *pair) shell(line string) error {
	p.t.Helper()
	tools := filepath.Join(p.dir, "tools")
	if err := os.MkdirAll(tools, 0o700); err != nil {
		p.t.Fatal(err)
	}
	if cosign := filepath.Join(tools, "cosign"); !exists(cosign) {
		path, err := filepath.Abs(toolPath(p.t, "cosign3"))
		if err == nil {
			err = os.Symlink(path, cosign)
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if !strings.HasPrefix(line, "cosign ") {
		p.t.Errorf("%q is no command of cosign", line)
	}
	command := p.command("/bin/sh", "-c", line)
	command.Env = append(command.Env, "PATH="+tools)
	_, err := output(command)
	return err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
