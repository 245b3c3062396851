package main

import (
	"flag"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	faults "github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// The chaos run's size: small by default, as promised with -chaos=10000.
var (
	chaosImages = flag.Int("chaos", 200, "signed images of the chaos run that lack their signatures at the target")
	chaosSeed   = flag.Uint64("chaos.seed", 1, "seed of the chaos run's faults")
)

const (
	chaosShare = 0.2 // of all requests are spoiled
	chaosRuns  = 3   // are enough, of two processes each
)

// Two processes at once, and a fifth of all requests spoiled: within three runs
// everything is there, and nothing was lost on the way.
func TestChaos(t *testing.T) {
	g := newGround(t, []string{source, target}, "concurrency: {scan: 3, copy: 16}", chaotic).watched()
	kinds := slices.DeleteFunc(faults.Kinds(), func(k faults.Kind) bool { return !k.Passes || k.Stalls })
	mixture := faults.NewMixture(*chaosSeed, chaosShare, g.server.Direct(), kinds...)
	g.server.SetIntercept(func(r *http.Request, operation string) http.Handler { return mixture.Intercept(r, operation) })
	want := invariant.Contents(g.server.Tree(), source)
	run := 1
	for ; run <= chaosRuns; run++ {
		codes := g.twoAtOnce()
		whole := cmp.Equal(want, g.contents())
		t.Logf("run %d: exit codes %v, everything there: %t, %d requests so far", run, codes, whole, len(g.server.Log()))
		if slices.Contains(codes, 0) && !whole {
			t.Errorf("run %d: exit codes %v, and not everything is there", run, codes)
		}
		if whole {
			break
		}
	}
	g.server.SetIntercept(nil)
	if code, r := g.sync(t.Context()).ended(); code != 0 {
		t.Errorf("a run without faults at the end: exit code %d, %+v", code, r)
	}
	if run > chaosRuns {
		t.Errorf("not everything is there after %d runs (-want +got):\n%.2000s", chaosRuns, cmp.Diff(want, g.contents()))
	}
	t.Logf("seed %d, faults by kind: %v; %d writes were watched", *chaosSeed, mixture.Counts(), g.checker.Writes())
	g.held()
}

// chaotic is an estate of which only the signatures, and here and there a
// bundle, were not promoted.
func chaotic(s *tree.Store) {
	seed.Estate{
		Images: *chaosImages, TagsPerImage: 1, MultiArchShare: 0.1, SignedShare: 1, PromotedShare: 1, Seed: *chaosSeed,
		Source: source, Target: target,
	}.Fill(s)
	n := 0
	s.Walk(source, "", func(i tree.Item) bool {
		if !i.Folder && i.Name() == "manifest.json" && strings.HasSuffix(i.Dir(), "/1.0.0") {
			if n++; n%20 == 0 {
				image := strings.TrimSuffix(i.Dir(), "/1.0.0")
				seed.Bundle(source, image, "sha256:"+i.SHA256, seed.SignPredicate, "release").Push(s)
			}
		}
		return true
	})
}

// twoAtOnce runs the program twice at the same time, and returns the exit codes.
func (g *ground) twoAtOnce() []int {
	codes := make([]int, 2)
	var both sync.WaitGroup
	for n := range codes {
		both.Go(func() { codes[n], _ = g.sync(g.t.Context()).ended() })
	}
	both.Wait()
	return codes
}
