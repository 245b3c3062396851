package reconcile_test

import (
	"fmt"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// indexes puts n signed indexes with signed children into one image of dev, and
// promotes them to prod.
func (w *world) indexes(n int) {
	for i := range n {
		tag := fmt.Sprintf("1.%d", i)
		index := seed.PushIndex(w.tree(), dev, "app", tag, tag, 2)
		for _, subject := range append([]seed.Image{index}, index.Children...) {
			seed.Sign(w.tree(), dev, "app", subject.Digest, "key")
		}
		seed.Promote(w.tree(), dev, "app", tag, prod, "app", tag)
	}
}

// What a limit leaves costs nothing.
func TestALimitEndsTheRequestsToo(t *testing.T) {
	w := newWorld(t)
	w.indexes(10)
	w.options.Limit = 1
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 1 || r.Totals.Outcomes[report.Held] != 29 || r.Requests.Total > 3+10 {
		t.Errorf("outcomes %v with %d requests, want 1 copied, 29 held and at most 13", r.Totals.Outcomes, r.Requests.Total)
	}
}

func TestAnInterruptEndsTheRequestsToo(t *testing.T) {
	w := newWorld(t)
	w.indexes(10)
	w.options.Copy = 1
	ctx := w.interruptedAt(2)
	r := reconcile.Run(ctx, w.options)
	if r.Totals.Outcomes[report.Copied] != 1 || r.Totals.Outcomes[report.Held] != 29 || r.Requests.Total > 3+10 {
		t.Errorf("outcomes %v with %d requests, want 1 copied, 29 held and at most 13", r.Totals.Outcomes, r.Requests.Total)
	}
}
