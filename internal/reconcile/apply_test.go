package reconcile_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/planfile"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// planned is what an audit has to save, as it is read again.
func (w *world) planned() *planfile.File {
	w.t.Helper()
	f := &planfile.File{Schema: planfile.Schema, ID: "plan", Version: "v1", Created: time.Unix(0, 0).UTC()}
	o := w.options
	o.Writers, o.Pushers = nil, nil
	o.Foreseen = func(p reconcile.Proposal, found []*plan.Relation) {
		pair := planfile.Pair{Name: p.Pair}
		for _, r := range found {
			pair.Items = append(pair.Items, planfile.ItemOf(r, planfile.Transport(p.Way(r.Action))))
		}
		f.Pairs = append(f.Pairs, pair)
	}
	audit := reconcile.Run(w.t.Context(), o)
	if f.Items() != audit.Totals.Outcomes[report.Planned] {
		w.t.Errorf("the plan has %d items, and the audit %d", f.Items(), audit.Totals.Outcomes[report.Planned])
	}
	f.Configuration = planfile.Identity(f.Pairs)
	text, err := planfile.Encode(f)
	if err != nil {
		w.t.Fatal(err)
	}
	read, err := planfile.Read(bytes.NewReader(text))
	if err != nil {
		w.t.Fatal(err)
	}
	return read
}

// apply carries out a saved plan.
func (w *world) apply(f *planfile.File) *report.Report {
	o := w.options
	o.Pairs = slices.Clone(o.Pairs)
	for i := range o.Pairs {
		o.Pairs[i].Only = f.Pair(o.Pairs[i].Name).Images()
	}
	o.Approve = func(p reconcile.Proposal) *plan.Plan {
		told, _ := f.Pair(p.Pair).Settle(planfile.Now{
			Plan:      p.Plan,
			Transport: func(a *plan.Action) planfile.Transport { return planfile.Transport(p.Way(a)) },
			Target:    p.Target,
			Selected:  func(string) bool { return true },
		})
		return told
	}
	return reconcile.Run(w.t.Context(), o)
}

// random fills a world with all that may be met, and takes some of it away at
// the target. Equal numbers give equal worlds.
func random(t *testing.T, e estate, number uint64) *world {
	tr := newTrial(t, e, 0)
	seed.Estate{
		Images: 12, TagsPerImage: 2, MultiArchShare: 0.3, SignedShare: 0.8, PromotedShare: 0.8, CopiedShare: 0.6,
		Seed: number, Source: dev, Target: prod,
	}.Fill(tr.tree())
	r := rand.New(rand.NewPCG(number, 6))
	for _, path := range slices.Sorted(maps.Keys(invariant.Contents(tr.tree(), prod))) {
		if strings.Contains(path, "/sha256-") && r.IntN(4) == 0 {
			tr.tree().Delete(prod, path)
		}
	}
	tr.options.Pairs = []reconcile.Pair{tr.options.Pairs[0], pair(prod, stage)}
	tr.options.FailOn = nil
	for _, image := range []string{seed.CaseIndex, seed.CaseSame} {
		seed.Promote(tr.tree(), prod, image, "1.0", stage, image, "1.0")
	}
	tr.server.ResetLog()
	return tr.world
}

// sortedWrites are the writes in an order of their own: the numbers of uploads
// are left out, which are in the order of the requests.
func (w *world) sortedWrites() []string {
	writes := w.writes()
	for i, path := range writes {
		if before, _, ok := strings.Cut(path, "/blobs/uploads/"); ok {
			writes[i] = before + "/blobs/uploads/"
		}
	}
	slices.Sort(writes)
	return writes
}

// In a world that has not changed, apply writes what sync would have written,
// and the second time nothing.
func TestApplyWritesWhatSyncWouldHave(t *testing.T) {
	wrote := 0
	for _, e := range estates() {
		for number := range uint64(8) {
			t.Run(fmt.Sprintf("%s/%d", e.name, number), func(t *testing.T) {
				synced, applied := random(t, e, number), random(t, e, number)
				want := synced.sync()
				f := applied.planned()
				if got := applied.writes(); len(got) != 0 {
					t.Fatalf("planning wrote %v", got)
				}
				got := applied.apply(f)
				if diff := cmp.Diff(synced.sortedWrites(), applied.sortedWrites()); diff != "" {
					t.Errorf("writes (-sync +apply):\n%s", diff)
				}
				for _, key := range []string{stage, prod} {
					if diff := cmp.Diff(invariant.Contents(synced.tree(), key), invariant.Contents(applied.tree(), key)); diff != "" {
						t.Errorf("%s (-sync +apply):\n%s", key, diff)
					}
				}
				wrote += len(applied.writes())
				delete(want.Totals.Outcomes, report.None)
				delete(got.Totals.Outcomes, report.None)
				want.Totals.Outcomes[report.Held] = 0 // an audit holds it, too, and so it is no item
				if diff := cmp.Diff(want.Totals.Outcomes, got.Totals.Outcomes); diff != "" {
					t.Errorf("outcomes (-sync +apply):\n%s\n%s", diff, reasons(got))
				}
				if got.Run.Mode != report.ModeApply || got.Run.ExitCode != report.ExitOK {
					t.Errorf("apply = %s with exit code %d, want apply with 0: %v\n%s", got.Run.Mode, got.Run.ExitCode, findings(got), reasons(got))
				}
				applied.server.ResetLog()
				again := applied.apply(f)
				if got := applied.writes(); len(got) != 0 || again.Run.ExitCode != report.ExitOK {
					t.Errorf("the second time: %s, wrote %v", said(again), got)
				}
			})
		}
	}
	if wrote == 0 {
		t.Error("nothing was written in any world")
	}
}

// Part of a plan writes a part of what sync would have written, and sync the rest.
func TestApplyOfAPart(t *testing.T) {
	for number := range uint64(8) {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			synced, applied := random(t, estates()[0], number), random(t, estates()[0], number)
			// Where sets differ and the target's lacks a blob, that is repaired by the
			// first run and the difference settled by the second.
			synced.sync()
			synced.sync()
			f := applied.planned()
			r := rand.New(rand.NewPCG(number, 7))
			for i := range f.Pairs {
				f.Pairs[i].Items = slices.DeleteFunc(f.Pairs[i].Items, func(planfile.Item) bool { return r.IntN(2) == 0 })
			}
			checker := invariant.Watch(applied.tree(), dev, prod)
			got := applied.apply(f)
			if broken := checker.Broken(); len(broken) > 0 {
				t.Errorf("apply: %v", broken)
			}
			if sum := len(findings(got)); sum != f.Items() {
				t.Errorf("the report tells of %d items, want %d", sum, f.Items())
			}
			if got.Totals.Outcomes[report.Copied]+got.Totals.Outcomes[report.Held] == 0 {
				t.Error("nothing was to be done")
			}
			applied.sync()
			applied.sync()
			for _, key := range []string{stage, prod} {
				if diff := cmp.Diff(invariant.Contents(synced.tree(), key), invariant.Contents(applied.tree(), key)); diff != "" {
					t.Errorf("%s (-sync +apply, then sync):\n%s", key, diff)
				}
			}
			if diff := cmp.Diff(synced.sortedWrites(), applied.sortedWrites()); diff != "" {
				t.Errorf("writes (-sync +apply, then sync):\n%s", diff)
			}
		})
	}
}

// An index waits for the signature of a child that was taken out of the plan.
func TestApplyHoldsAnIndexForItsChild(t *testing.T) {
	w := newWorld(t)
	index := seed.PushIndex(w.tree(), dev, "app", "1.0", "salt", 2)
	seed.Sign(w.tree(), dev, "app", index.Digest, "key")
	seed.Sign(w.tree(), dev, "app", index.Children[1].Digest, "key")
	seed.Promote(w.tree(), dev, "app", "1.0", prod, "app", "1.0")
	f := w.planned()
	f.Pairs[0].Items = slices.DeleteFunc(f.Pairs[0].Items, func(i planfile.Item) bool { return i.Subject.String() != index.Digest })
	r := w.apply(f)
	if len(w.writes()) != 0 || r.Run.ExitCode != report.ExitLeft || !strings.Contains(reasons(r), "waits for the signature of its child") {
		t.Errorf("apply = %v with exit code %d, wrote %v: %s", findings(r), r.Run.ExitCode, w.writes(), reasons(r))
	}
}

// So many images that the server cannot be asked for just these.
func TestApplyLooksAtNoOtherImages(t *testing.T) {
	for _, n := range []int{1, 250} {
		w := newWorld(t)
		w.promoted(n + 3)
		f := w.planned()
		f.Pairs[0].Items = f.Pairs[0].Items[:n]
		if r := w.apply(f); r.Totals.Outcomes[report.Copied] != n || r.Totals.Subjects != n {
			t.Errorf("apply of %d items compared %d subjects and copied %d", n, r.Totals.Subjects, r.Totals.Outcomes[report.Copied])
		}
	}
}
