package plan_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

func hexOf(word string) string { return oci.FromBytes([]byte(word)).Hex() }

func sorted(lines []string) []string { return slices.Sorted(slices.Values(lines)) }

// world is a random pair of inventories, with what their manifests hold.
type world struct {
	source, target []string
	contents       string
}

func randomWorld(r *rand.Rand) world {
	var w world
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	images := []string{"a", "a/b", "c"}
	subjects := []string{"A", "B", "C", "M0", "M1"} // M0 and M1 are attachments too
	layers := []string{"l0", "l1", "l2"}
	var contents []string
	for i := range 6 {
		from, to := r.IntN(3), r.IntN(3)
		contents = append(contents, fmt.Sprintf("M%d=c%d+%s", i, i, strings.Join(layers[min(from, to):max(from, to)+1], ",")))
	}
	w.contents = strings.Join(contents, " ")
	for range r.IntN(12) {
		w.target = append(w.target, fmt.Sprintf("%s:%d=%s", pick(images), r.IntN(3), pick(subjects)+pick([]string{"", "*"})))
	}
	attachments := func() (list []string) {
		for range r.IntN(14) {
			i := r.IntN(6)
			_, held, _ := strings.Cut(contents[i], "+")
			files := append(strings.Split(held, ","), fmt.Sprintf("c%d", i))
			files = slices.DeleteFunc(files, func(string) bool { return r.IntN(8) == 0 })
			manifest := fmt.Sprintf("M%d", i)
			if r.IntN(8) == 0 {
				manifest = ""
			}
			list = append(list, fmt.Sprintf("%s/%s%s=%s+%s", pick(images), pick(subjects), pick([]string{".sig", ".att", ".sbom"}), manifest, strings.Join(files, "+")))
		}
		// One folder has one manifest: the last entry of a folder wins.
		folders := map[string]string{}
		for _, entry := range list {
			name, _, _ := strings.Cut(entry, "=")
			folders[name] = entry
		}
		list = list[:0]
		for _, entry := range folders {
			list = append(list, strings.ReplaceAll(strings.ReplaceAll(entry, "++", "+"), "=+ ", "= "))
		}
		return slices.Sorted(slices.Values(list))
	}
	w.source, w.target = attachments(), append(w.target, attachments()...)
	return w
}

func (w world) compute(n *notation, o plan.Options) (*plan.Plan, *plan.Inventory, *plan.Inventory) {
	source, target := n.inventory(strings.Join(w.source, " ")), n.inventory(strings.Join(w.target, " "))
	return plan.Compute(source, target, o, w.read(n)), source, target
}

// read is what the world's manifests hold, which are what they are stored for.
func (w world) read(n *notation) plan.Contents {
	contents := n.contents(w.contents)
	n.harmless(contents, "A", "B", "C", "M0", "M1", "M2", "M3", "M4", "M5")
	return contents
}

func everyWorld(t *testing.T, check func(t *testing.T, r *rand.Rand, w world, o plan.Options)) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := randomWorld(r)
		o := plan.Options{
			Families: tagFamilies(), Match: plan.Match(r.IntN(2)), All: true,
			Difference: plan.Difference(r.IntN(3)),
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { check(t, r, w, o) })
	}
}

func TestEqualInputsGiveEqualPlans(t *testing.T) {
	everyWorld(t, func(t *testing.T, r *rand.Rand, w world, o plan.Options) {
		n := newNotation(t)
		first, _, _ := w.compute(n, o)
		for _, list := range [][]string{w.source, w.target} {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		second, _, _ := w.compute(n, o)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("plans of equal inventories differ (-first +second):\n%s", diff)
		}
	})
}

// One plan is enough; where sets differ and the target's lacks a blob, that is
// repaired by the first and the difference settled by the second.
func TestApplyThenComputeLeavesNothingToDo(t *testing.T) {
	everyWorld(t, func(t *testing.T, _ *rand.Rand, w world, o plan.Options) {
		n := newNotation(t)
		contents := w.read(n)
		p, source, target := w.compute(n, o)
		for rounds := 1; ; rounds++ {
			for _, a := range actions(p) {
				if a.Mend == plan.Merge {
					contents[a.Manifest] = contentOf(t, a.Union)
				}
			}
			target = target.Apply(actions(p))
			p = plan.Compute(source, target, o, contents)
			if len(actions(p)) == 0 {
				return
			}
			if rounds == 2 || o.Difference == plan.DifferenceReport {
				break
			}
		}
		for _, a := range actions(p) {
			t.Errorf("after applying the plan there is still %s %s:%s", a.TargetImage, n.names[a.Tag.Subject], n.files(a))
		}
	})
}

func contentOf(t *testing.T, raw []byte) plan.Content {
	m, err := oci.ParseManifest(raw)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Content{Set: cosign.SetOf(m), Blobs: m.Blobs(), Raw: raw}
}

func TestNoActionOverwritesOrShrinks(t *testing.T) {
	everyWorld(t, func(t *testing.T, _ *rand.Rand, w world, o plan.Options) {
		n := newNotation(t)
		p, source, target := w.compute(n, o)
		written := map[string]bool{}
		for _, a := range actions(p) {
			if a.Tag.String() == "" {
				t.Errorf("action on %s names no attachment", a.TargetImage)
			}
			for i, f := range a.Files {
				file := fmt.Sprint(a.TargetImage, a.Tag, f)
				if !a.Overwrites() && target.HasFile(a.TargetImage, a.Tag, f) || written[file] {
					t.Errorf("%s %s: file %s would be written over", a.TargetImage, a.Tag, n.names[f.Digest])
				}
				if a.Mend != plan.Merge && !source.HasFile(a.SourceImage, a.Tag, f) {
					t.Errorf("%s %s: file %s is not at the source", a.SourceImage, a.Tag, n.names[f.Digest])
				}
				if f.Manifest && i != len(a.Files)-1 {
					t.Errorf("%s %s: the manifest is not last", a.TargetImage, a.Tag)
				}
				written[file] = true
			}
		}
	})
}

// No policy makes a set of signatures smaller: what takes a manifest's place
// holds all that it held.
func TestNoActionShrinksASet(t *testing.T) {
	merges := 0
	everyWorld(t, func(t *testing.T, _ *rand.Rand, w world, o plan.Options) {
		n := newNotation(t)
		p, _, _ := w.compute(n, o)
		contents := w.read(n)
		for _, a := range actions(p) {
			if !a.Overwrites() {
				continue
			}
			now := contents[a.Manifest].Set
			if a.Mend == plan.Merge {
				merges++
				now = contentOf(t, a.Union).Set
			}
			if before := contents[a.Replaces].Set; len(before) == 0 || !now.Contains(before) || !now.Contains(contents[a.Source].Set) {
				t.Errorf("%s %s: %v would take the place of %v", a.TargetImage, a.Tag, now, before)
			}
		}
	})
	if merges == 0 {
		t.Error("no world had anything to merge")
	}
}

func actions(p *plan.Plan) []*plan.Action {
	var as []*plan.Action
	for _, g := range p.Groups {
		as = append(as, g.Actions...)
	}
	return as
}
