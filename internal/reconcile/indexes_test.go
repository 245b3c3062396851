package reconcile_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// rendezvous has the first index of each image written only after the referrers
// of that many runs came to it: each is about to read or to wait.
func (w *world) rendezvous(runs int) {
	var mu sync.Mutex
	came, all := map[string]int{}, map[string]chan struct{}{}
	gate := func(image string) chan struct{} {
		if all[image] == nil {
			all[image] = make(chan struct{})
		}
		return all[image]
	}
	w.server.SetIntercept(func(r *http.Request, _ string) http.Handler {
		image, reference, found := strings.Cut(r.URL.Path, "/manifests/")
		if !found || r.Method != http.MethodPut {
			return nil
		}
		mu.Lock()
		open := gate(image)
		if strings.HasPrefix(reference, "sha256:") {
			if came[image]++; came[image] == runs {
				close(open)
			}
			mu.Unlock()
			return nil
		}
		mu.Unlock()
		select {
		case <-open:
		case <-r.Context().Done():
		}
		return nil
	})
}

func TestRunsBesideEachOtherKeepEachOthersReferrers(t *testing.T) {
	w := newWorld(t, withReferrers(dev, stage), mayDelete)
	want := map[string][]string{}
	subjects := map[string]string{}
	for i := range 12 {
		path := fmt.Sprintf("team/app-%d", i)
		image, bundles := w.bundled(path, "alice")
		seed.Promote(w.tree(), dev, path, "1.0", stage, path, "1.0")
		bundles = append(bundles, w.refer(stage, seed.Bundle(stage, path, image.Digest, seed.SignPredicate, "bob")))
		want[path], subjects[path] = slices.Sorted(slices.Values(bundles)), image.Digest
	}
	w.rendezvous(2)
	w.options.Indexes = &reconcile.Indexes{}
	var runs sync.WaitGroup
	for _, source := range []string{dev, stage} {
		o := w.options
		o.Pairs = []reconcile.Pair{pair(source, prod)}
		runs.Go(func() {
			if r := reconcile.Run(t.Context(), o); r.Totals.Outcomes[report.Copied] != 12 {
				t.Errorf("from %s: %v: %s, want 12 copied", source, r.Totals.Outcomes, reasons(r))
			}
		})
	}
	runs.Wait()
	got := map[string][]string{}
	for path, subject := range subjects {
		got[path] = w.discovered(path, subject)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("referrers at the target (-want +got):\n%s", diff)
	}
	written := 0
	for _, path := range w.writes() {
		if strings.Contains(path, "/manifests/sha256-") {
			written++
		}
	}
	if written != 24 {
		t.Errorf("indexes were written %d times, want twice each: the second run read what the first wrote", written)
	}
}
