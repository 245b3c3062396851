package reconcile_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/shard"
)

// setting is a configuration whose work is divided.
type setting struct {
	name string
	// apis are the repositories with the Referrers API.
	apis  []string
	pairs func() []reconcile.Pair
}

func digestPair(source, target string) reconcile.Pair {
	p := pair(source, target)
	p.Match = plan.MatchDigest
	return p
}

func settings() []setting {
	all := []setting{
		{"a pair by path", []string{dev, prod}, func() []reconcile.Pair { return []reconcile.Pair{pair(dev, prod)} }},
		{"no API", nil, func() []reconcile.Pair { return []reconcile.Pair{pair(dev, prod)} }},
		{"a pair by digest", []string{dev}, func() []reconcile.Pair { return []reconcile.Pair{digestPair(dev, prod)} }},
		{"a chain by path", []string{dev, stage}, func() []reconcile.Pair { return []reconcile.Pair{pair(dev, stage), pair(stage, prod)} }},
		{"a chain that begins by digest", []string{dev, prod}, func() []reconcile.Pair {
			return []reconcile.Pair{digestPair(dev, stage), pair(stage, prod)}
		}},
		{"a chain that goes on by digest, and a pair beside it", []string{dev, stage, prod}, func() []reconcile.Pair {
			return []reconcile.Pair{pair(dev, stage), digestPair(stage, prod), pair(dev, edge)}
		}},
		{"two pairs into one target", []string{prod}, func() []reconcile.Pair { return []reconcile.Pair{pair(dev, prod), digestPair(stage, prod)} }},
		{"globs", []string{dev, prod}, func() []reconcile.Pair {
			p := pair(dev, prod)
			p.Include, p.Exclude = []string{"team/**", "app", "ops/*"}, []string{"team/web"}
			return []reconcile.Pair{p}
		}},
	}
	merged := all[3]
	merged.name, merged.pairs = "a chain that merges by the registry API", func() []reconcile.Pair {
		pairs := []reconcile.Pair{pair(dev, stage), pair(stage, prod)}
		for i := range pairs {
			pairs[i].Difference, pairs[i].Transport, pairs[i].Search = plan.DifferenceMerge, reconcile.TransportRegistry, plan.SearchAlways
			pairs[i].Families = append(pairs[i].Families, cosign.Other)
			pairs[i].Verify.Binding = true
		}
		return pairs
	}
	return append(all, merged)
}

func (s setting) world(t testing.TB, number uint64) *world {
	t.Helper()
	w := newWorld(t, withEdge, withReferrers(s.apis...), mayDelete)
	scatter(w, rand.New(rand.NewPCG(number, 7)))
	w.options.Pairs = s.pairs()
	w.options.FailOn = plan.States()
	return w
}

// contents is what is in all repositories.
func (w *world) contents() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, repo := range []string{dev, stage, prod, edge} {
		all[repo] = invariant.Contents(w.tree(), repo)
	}
	return all
}

// shards runs all of n shards, one after the other or side by side, and returns
// their reports in the order of their indexes.
func (w *world) shards(n int, together bool, adjust func(*reconcile.Options)) []*report.Report {
	reports := make([]*report.Report, n)
	var running sync.WaitGroup
	for i := range n {
		o := w.options
		o.ID, o.Shard = fmt.Sprintf("shard %d", i), shard.Shard{Index: i, Count: n}
		adjust(&o)
		one := func() { reports[i] = reconcile.Run(w.t.Context(), o) }
		if together {
			running.Go(one)
		} else {
			one()
		}
	}
	running.Wait()
	return reports
}

// saved are the reports as they are read again from their JSON.
func saved(t testing.TB, reports ...*report.Report) []report.Saved {
	t.Helper()
	all := make([]report.Saved, len(reports))
	for i, r := range reports {
		var b bytes.Buffer
		r.Run.ID = fmt.Sprintf("run %d", i)
		if err := report.JSON(&b, r); err != nil {
			t.Fatal(err)
		}
		read, err := report.Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = report.Saved{Name: fmt.Sprintf("%d.json", i), Report: read}
	}
	return all
}

// merged is what the shards' reports make together, in whatever order they come.
func merged(t testing.TB, reports []*report.Report) *report.Report {
	t.Helper()
	all := saved(t, reports...)
	slices.Reverse(all)
	r, warnings, err := report.Merge(all)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("Merge = %v, %q", err, warnings)
	}
	return r
}

// alike ignores in two reports what is of the runs and not of their work.
func alike() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreFields(report.Run{}, "ID", "Started", "Finished", "Merged"),
		cmpopts.IgnoreFields(report.Report{}, "Requests"), cmpopts.EquateEmpty(),
	}
}

// divisions are the ways in which runs are divided here.
func divisions() []division {
	return []division{{1, true}, {2, true}, {3, false}, {7, true}}
}

// division is a number of shards, and whether they go on side by side.
type division struct {
	shards   int
	together bool
}

var shardedEstates = flag.Uint64("estates", 1, "how many estates shards are tried on, in each setting")

// Whatever there is to do, shards do what one run does, and say so together.
func TestShardsDoWhatOneRunDoes(t *testing.T) {
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for number := range *shardedEstates {
				one := s.world(t, number)
				audit := saved(t, one.audit())[0].Report
				sync := saved(t, one.sync())[0].Report
				if sync.Totals.Outcomes[report.Copied] == 0 {
					t.Fatalf("estate %d: one run copied nothing", number)
				}
				for _, d := range divisions() {
					w := s.world(t, number)
					at := fmt.Sprintf("estate %d, %+v", number, d)
					audits := w.shards(d.shards, d.together, func(o *reconcile.Options) { o.Writers, o.Pushers = nil, nil })
					if diff := cmp.Diff(audit, merged(t, audits), alike()); diff != "" {
						t.Fatalf("%s: the merged audit (-one +merged):\n%s", at, diff)
					}
					syncs := w.shards(d.shards, d.together, func(*reconcile.Options) {})
					if diff := cmp.Diff(sync, merged(t, syncs), alike()); diff != "" {
						t.Fatalf("%s: the merged report (-one +merged):\n%s", at, diff)
					}
					if diff := cmp.Diff(one.contents(), w.contents()); diff != "" {
						t.Fatalf("%s: what is there (-one +shards):\n%s", at, diff)
					}
					disjoint(t, at, syncs)
				}
			}
		})
	}
}

// disjoint fails where two shards tell of one image.
func disjoint(t *testing.T, at string, reports []*report.Report) {
	t.Helper()
	seen := map[string]int{}
	for n, r := range reports {
		for _, p := range r.Pairs {
			for _, f := range p.Findings {
				key := p.Name + " " + f.Image
				if other, known := seen[key]; known && other != n {
					t.Errorf("%s: shards %d and %d both tell of %s", at, other, n, key)
				}
				seen[key] = n
			}
		}
	}
}

// A chain that goes on by digest is one shard's; what is not linked to it is divided.
func TestPairsThatCannotBeDividedAreOneShards(t *testing.T) {
	s := settings()[5]
	const n = 3
	w := s.world(t, 1)
	reports := w.shards(n, false, func(*reconcile.Options) {})
	owner := shard.Of("dev-to-stage", n) // the first of stage-to-prod and itself
	for i, r := range reports {
		for _, p := range r.Pairs {
			switch linked := p.Name != "dev-to-edge"; {
			case linked != (p.Shard != nil), linked && *p.Shard != owner:
				t.Errorf("shard %d: pair %s is done by %v, want shard %d to do the linked ones, and all the other", i, p.Name, p.Shard, owner)
			case linked && i != owner && p.Totals.Subjects > 0:
				t.Errorf("shard %d: %d subjects of %s, which is shard %d's", i, p.Totals.Subjects, p.Name, owner)
			}
		}
	}
}

// Pairs that fill one target are done one after the other: one shard does both,
// where it does one of them. The others list nothing of theirs.
func TestPairsIntoOneTargetAreOneShards(t *testing.T) {
	w := newWorld(t, withEdge)
	w.promoted(2)
	w.options.Pairs = []reconcile.Pair{pair(dev, stage), digestPair(stage, prod), pair(edge, prod)}
	const n = 3
	for i, r := range w.shards(n, false, func(*reconcile.Options) {}) {
		for _, p := range r.Pairs {
			if owner := shard.Of("dev-to-stage", n); p.Shard == nil || *p.Shard != owner {
				t.Errorf("shard %d: pair %s is done by %v, want shard %d", i, p.Name, p.Shard, owner)
			}
		}
	}
	queries := 0
	for _, e := range w.server.Log() {
		if e.Operation == "aql" {
			queries++
		}
	}
	if queries != 4 {
		t.Errorf("%d shards sent %d queries for the listings of four repositories, want 4", n, queries)
	}
}

// What is linked to a pair that cannot be divided is linked through virtual
// repositories too.
func TestVirtualRepositoriesLinkPairs(t *testing.T) {
	w := newWorld(t, withVirtual)
	w.promoted(2)
	w.options.Pairs = []reconcile.Pair{pair(dev, "virtual"), digestPair(stage, prod)}
	for _, r := range w.shards(3, false, func(*reconcile.Options) {}) {
		for _, p := range r.Pairs {
			if want := shard.Of("dev-to-virtual", 3); p.Shard == nil || *p.Shard != want {
				t.Errorf("pair %s is done by %v, want shard %d", p.Name, p.Shard, want)
			}
		}
	}
}

// A pair that cannot be looked at is in every report, and once in the merged one.
func TestErrorsOfPairsAreMergedOnce(t *testing.T) {
	w := newWorld(t)
	w.promoted(4)
	w.options.Pairs = []reconcile.Pair{pair(dev, prod), pair("nowhere", stage)}
	one := w.audit()
	reports := w.shards(3, false, func(o *reconcile.Options) { o.Writers, o.Pushers = nil, nil })
	for i, r := range reports {
		if r.Pairs[1].Error == "" || r.Run.ExitCode != report.ExitFailed {
			t.Errorf("shard %d: error %q, exit code %d, want the unknown repository", i, r.Pairs[1].Error, r.Run.ExitCode)
		}
	}
	if diff := cmp.Diff(saved(t, one)[0].Report, merged(t, reports), alike()); diff != "" {
		t.Errorf("the merged report (-one +merged):\n%s", diff)
	}
}

// A target that keeps few tags has each shard refuse what would make tags: none is
// pushed out, and the whole is no success, as of one run.
func TestShardsEvictNoTags(t *testing.T) {
	w := newWorld(t, keeping(3))
	w.promoted(8)
	before := w.attachments(prod)
	r := merged(t, w.shards(3, true, func(*reconcile.Options) {}))
	if diff := cmp.Diff(before, w.attachments(prod)); diff != "" || r.Run.ExitCode != report.ExitFailed || !strings.Contains(r.Pairs[0].Error, "maxUniqueTags") {
		t.Errorf("exit code %d, error %q, attachments (-before +after):\n%s", r.Run.ExitCode, r.Pairs[0].Error, diff)
	}
}

// Limits are each shard's own.
func TestLimitsAreEachShards(t *testing.T) {
	w := newWorld(t)
	w.promoted(12)
	reports := w.shards(2, false, func(o *reconcile.Options) { o.Limits.MaxCopies = 2 })
	for i, r := range reports {
		if r.Totals.Outcomes[report.Copied] != 2 {
			t.Errorf("shard %d copied %d, want 2", i, r.Totals.Outcomes[report.Copied])
		}
	}
	r := merged(t, reports)
	if r.Totals.Outcomes[report.Copied] != 4 || r.Totals.Outcomes[report.Held] != 8 || r.Run.ExitCode != report.ExitLeft ||
		r.Run.Stopped == nil || r.Run.Stopped.By != report.ByMaxCopies || !strings.HasPrefix(r.Run.Stopped.Reason, "shard ") {
		t.Errorf("merged: %v, exit code %d, stopped %+v", r.Totals.Outcomes, r.Run.ExitCode, r.Run.Stopped)
	}
}

func TestShardsWithImages(t *testing.T) {
	s := settings()[0]
	one, w := s.world(t, 2), s.world(t, 2)
	one.options.Images = []string{"team/**"}
	w.options.Images = one.options.Images
	want := saved(t, one.sync())[0].Report
	if diff := cmp.Diff(want, merged(t, w.shards(3, false, func(*reconcile.Options) {})), alike()); diff != "" || len(findings(want)) == 0 {
		t.Errorf("the merged report (-one +merged):\n%s", diff)
	}
}

// A shard keeps the images that are its own, and of a source that is matched by
// digest all.
func TestAShardKeepsItsImages(t *testing.T) {
	for _, c := range []struct {
		pair   reconcile.Pair
		source bool
	}{{pair(dev, prod), true}, {digestPair(dev, prod), false}} {
		w := newWorld(t)
		w.promoted(12)
		held := func(s shard.Shard) map[string]int {
			found := map[string]int{}
			o := w.options
			o.Pairs, o.Shard, o.Writers, o.Pushers = []reconcile.Pair{c.pair}, s, nil, nil
			o.Listed = func(l reconcile.Listing) {
				found[l.End.Repository] = l.Inventory.Manifests() + l.Inventory.Attachments()
			}
			reconcile.Run(t.Context(), o)
			return found
		}
		whole, sum := held(shard.Shard{}), map[string]int{}
		const n = 3
		for i := range n {
			for repo, count := range held(shard.Shard{Index: i, Count: n}) {
				sum[repo] += count
			}
		}
		want := map[string]int{dev: whole[dev], prod: whole[prod]}
		if !c.source {
			want[dev] *= n
		}
		if diff := cmp.Diff(want, sum); diff != "" || whole[dev] != 24 || whole[prod] != 12 {
			t.Errorf("%d shards hold together (-want +got):\n%s", n, diff)
		}
	}
}

// The figures of docs/performance.md: listings and look-ups are each shard's, copies
// are divided.
func TestWhatShardsCost(t *testing.T) {
	const n, images, files = 4, 12, 3
	w := newWorld(t)
	w.promoted(images)
	before := w.requests()
	reports := w.shards(n, false, func(*reconcile.Options) {})
	copying := 0 // shards that have something to copy
	for _, r := range reports {
		if r.Totals.Outcomes[report.Copied] > 0 {
			copying++
		}
	}
	if got, want := w.requests()-before, n*6+2*copying+images*files; got != want {
		t.Errorf("%d shards sent %d requests for %d signatures, want %d", n, got, images, want)
	}
	before = w.requests()
	w.shards(n, false, func(*reconcile.Options) {})
	if got := w.requests() - before; got != n*6 {
		t.Errorf("%d shards sent %d requests for nothing, want %d", n, got, n*6)
	}
}
