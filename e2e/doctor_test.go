//go:build e2e

package e2e_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// The least rights that doctor prints are what a server grants here, and nothing
// else: doctor finds nothing wrong with them, sync does its work, and cosign
// verifies what it did. With one right less doctor says so before.
func TestTheRightsThatDoctorPrintsSuffice(t *testing.T) {
	granted := leastRights(t)
	if len(granted) != 2 {
		t.Fatalf("doctor --permissions rest = %v, want one for the source and one for the target", granted)
	}
	for _, referrers := range []bool{false, true} {
		s := startEmulatorFor(t, referrers, granted)
		p := newPair(t, s, s)
		one := p.key("one")
		image := p.push(p.source.image("team/app"), "1.0", "app")
		p.cosign2Sign(image, one)
		p.cosign3Sign(image, one)
		p.promote("team/app", "1.0")
		s.traffic.forget()
		out := p.sigsync(0, "doctor")
		if !strings.Contains(out, "ok       deploy        granted, by a dry run of Copy Item, for team/app in "+prod) {
			t.Errorf("doctor says:\n%s", out)
		}
		for _, w := range s.traffic.writes() {
			t.Errorf("doctor wrote: %v", w)
		}
		p.sigsync(0, "sync")
		for _, r := range []reader{byCosignLegacy("cosign3", one), byCosign("cosign3", one), byCosignLegacy("cosign", one)} {
			if err := r.read(p.desk, p.atTarget(image)); err != nil {
				t.Errorf("at the target after sync: %v", err)
			}
		}
		p.sigsync(0, "audit")
	}
	for n := range granted {
		less := append([]access.Permission{}, granted...)
		less[n].Rights &^= access.Deploy
		if less[n].Rights == granted[n].Rights {
			less[n].Rights = 0
		}
		s := startEmulatorFor(t, false, less)
		p := newPair(t, s, s)
		p.push(p.source.image("team/app"), "1.0", "app")
		p.promote("team/app", "1.0")
		p.sigsync(1, "doctor")
	}
}

// leastRights are the permissions that doctor prints for a pair of the two repositories.
func leastRights(t *testing.T) []access.Permission {
	t.Helper()
	out := newHouse(t).sigsync(0, "doctor", "--permissions", "rest")
	var requests []struct {
		Body struct {
			Repo struct {
				Include      []string `json:"include-patterns"`
				Repositories []string
				Actions      struct{ Users map[string][]string }
			}
		}
	}
	if err := json.Unmarshal([]byte(out[strings.Index(out, "["):]), &requests); err != nil {
		t.Fatalf("doctor --permissions rest = %s: %v", out, err)
	}
	rights := map[string]access.Right{"read": access.Read, "write": access.Deploy, "annotate": access.Annotate, "delete": access.Delete}
	var granted []access.Permission
	for _, r := range requests {
		p := access.Permission{Repositories: r.Body.Repo.Repositories, Include: r.Body.Repo.Include}
		for _, name := range r.Body.Repo.Actions.Users["sigsync"] {
			p.Rights |= rights[name]
		}
		granted = append(granted, p)
	}
	return granted
}
