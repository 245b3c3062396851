package reconcile_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// between does something once, before the n-th query is answered.
func (w *world) between(n int32, do func()) {
	var queries atomic.Int32
	w.server.SetIntercept(only("aql", func(*http.Request) http.Handler {
		if queries.Add(1) == n {
			do()
		}
		return nil
	}))
}

// An account with every right could replace what somebody signs at the target
// after the listing.
func TestWhatCameSinceTheListingIsLeftAlone(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) { o.Users[0].Admin = true })
	image := w.promoted(2)[0]
	w.options.FailOn = []plan.State{plan.Missing}
	w.between(3, func() { seed.Sign(w.tree(), prod, image.Path, image.Digest, "one", "two") })
	r := w.sync()
	o := r.Totals.Outcomes
	if o[report.Held] != 1 || o[report.Copied] != 1 || r.Run.ExitCode != report.ExitLeft || !strings.Contains(reasons(r), "somebody else wrote to it") {
		t.Errorf("outcomes = %v, exit code %d: %s; want 1 held and 1 copied", o, r.Run.ExitCode, reasons(r))
	}
	if r := w.sync(); r.Totals.States[plan.Diverged] != 1 {
		t.Errorf("the next run: %v, want the target's own signatures still there", findings(r))
	}
}

func TestWhatAnotherRunBroughtCounts(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	w.between(3, func() {
		tag := strings.Replace(image.Digest, ":", "-", 1) + ".sig"
		seed.Promote(w.tree(), dev, image.Path, tag, prod, image.Path, tag)
	})
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 || len(w.writes()) != 0 {
		t.Errorf("findings = %v, wrote %v; want it to count and nothing written", findings(r), w.writes())
	}
}
