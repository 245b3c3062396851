package reconcile_test

import (
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// withVirtual adds a virtual repository that deploys to stage, and an account
// that can see so.
func withVirtual(o *emulator.Options) {
	o.Repositories = append(o.Repositories,
		emulator.Repository{Key: "virtual", Class: emulator.Virtual, Members: []string{stage}, DefaultDeployment: stage},
		emulator.Repository{Key: "virtualdev", Class: emulator.Virtual, Members: []string{dev}, DefaultDeployment: dev})
	o.Users[0].Admin = true
}

func TestAChainThroughAVirtualRepositoryRunsInOrder(t *testing.T) {
	w := newWorld(t, withVirtual)
	image := w.promoted(1)[0]
	seed.Promote(w.tree(), dev, image.Path, "1.0", stage, image.Path, "1.0")
	w.options.Pairs = []reconcile.Pair{pair(stage, prod), pair(dev, "virtual")}
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 2 {
		t.Errorf("findings = %v, want both copied in one run", findings(r))
	}
	if r.Pairs[0].Name != "dev-to-virtual" {
		t.Errorf("first pair = %s, want the one that fills the other's source", r.Pairs[0].Name)
	}
	want := report.Pair{
		Source: report.End{Server: "main", Repository: dev}, Target: report.End{Server: "main", Repository: "virtual", Holder: stage},
	}
	if got := r.Pairs[0]; got.Source != want.Source || got.Target != want.Target {
		t.Errorf("first pair = %+v to %+v, want %+v to %+v", got.Source, got.Target, want.Source, want.Target)
	}
}

func TestACycleThroughVirtualRepositoriesIsNotDone(t *testing.T) {
	w := newWorld(t, withVirtual)
	w.promoted(1)
	w.options.Pairs = []reconcile.Pair{pair(stage, "virtualdev"), pair(dev, "virtual"), pair(dev, prod)}
	r := w.sync()
	if r.Run.ExitCode != report.ExitFailed || strings.Count(reasons(r), "part of a cycle") != 2 {
		t.Errorf("exit code %d: %s, want two pairs in a cycle", r.Run.ExitCode, reasons(r))
	}
	if r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("findings = %v, want the pair outside the cycle done", findings(r))
	}
}

// What the first pair would bring is not there yet when an audit compares it.
func TestAnAuditOfAChainReadsAtTheOrigin(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	seed.Promote(w.tree(), dev, image.Path, "1.0", stage, image.Path, "1.0")
	seed.Sign(w.tree(), prod, image.Path, image.Digest, "another key")
	w.options.Pairs = []reconcile.Pair{pair(dev, stage), pair(stage, prod)}
	audit, sync := w.audit(), w.sync()
	if audit.Totals.States[plan.Diverged] != 1 || sync.Totals.States[plan.Diverged] != 1 {
		t.Errorf("audit found %v, sync %v, want diverged in both: %s", findings(audit), findings(sync), reasons(audit))
	}
}
