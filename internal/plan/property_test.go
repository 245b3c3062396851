package plan_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	return plan.Compute(source, target, o, n.contents(w.contents)), source, target
}

func everyWorld(t *testing.T, check func(t *testing.T, r *rand.Rand, w world, o plan.Options)) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := randomWorld(r)
		o := plan.Options{Families: tagFamilies(), Match: plan.Match(r.IntN(2)), All: true}
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

func TestApplyThenComputeLeavesNothingToDo(t *testing.T) {
	everyWorld(t, func(t *testing.T, _ *rand.Rand, w world, o plan.Options) {
		n := newNotation(t)
		p, source, target := w.compute(n, o)
		after := plan.Compute(source, target.Apply(actions(p)), o, n.contents(w.contents))
		for _, a := range actions(after) {
			t.Errorf("after applying the plan there is still %s %s:%s", a.TargetImage, n.names[a.Tag.Subject], n.files(a))
		}
	})
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
				if target.HasFile(a.TargetImage, a.Tag, f) || written[file] {
					t.Errorf("%s %s: file %s would be written over", a.TargetImage, a.Tag, n.names[f.Digest])
				}
				if !source.HasFile(a.SourceImage, a.Tag, f) {
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

func actions(p *plan.Plan) []*plan.Action {
	var as []*plan.Action
	for _, g := range p.Groups {
		as = append(as, g.Actions...)
	}
	return as
}
