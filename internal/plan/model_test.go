package plan_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/plan"
)

// attempt is a pair of repositories in maps, for a model of what Compute says of
// .sig tags that anybody can follow: by path, with nothing else attached, and every
// manifest read. Names of attachments are "app/A.sig", as in the notation.
type attempt struct {
	tags           map[string]map[string]bool // by target image and digest, its tags
	source, target map[string]attachedFolder
	holds          map[string][]string // by manifest, its config and layers
}

// attachedFolder is what a .sig folder has: manifest is "" where there is none.
type attachedFolder struct {
	manifest string
	blobs    map[string]bool
}

func (f attachedFolder) holds(blobs []string) bool {
	return !slices.ContainsFunc(blobs, func(b string) bool { return !f.blobs[b] })
}

// whole is what is not looked into: every attachment has a config and a layer.
func (f attachedFolder) whole() bool { return len(f.blobs) >= 2 }

// states says what Compute is to say.
func (a attempt) states() []string {
	var lines []string
	for name, tags := range a.tags {
		if state := a.state(name+".sig", len(tags) > 0); state != "" {
			lines = append(lines, state+" "+name+".sig")
		}
	}
	for name := range a.target {
		if _, ok := a.tags[strings.TrimSuffix(name, ".sig")]; !ok {
			lines = append(lines, "orphan "+name)
		}
	}
	return slices.Sorted(slices.Values(lines))
}

func (a attempt) state(name string, tagged bool) string {
	target, there := a.target[name]
	source := a.source[name]
	offered := source.manifest != ""
	switch {
	case !there && offered:
		return "missing"
	case !there && tagged:
		return "unsigned"
	case !there:
		return ""
	case target.manifest == "":
		return "partial"
	case !offered && (target.whole() || target.holds(a.holds[target.manifest])):
		return "ahead"
	case !offered:
		return "partial"
	case source.manifest == target.manifest && target.whole() && target.holds(slices.Collect(maps.Keys(source.blobs))):
		return "in-sync"
	case !target.holds(a.holds[target.manifest]):
		return "partial"
	default:
		return relation(a.holds[source.manifest][1:], a.holds[target.manifest][1:])
	}
}

// relation compares layers: manifests are more than one way to write them.
func relation(source, target []string) string {
	lacks := func(of, has []string) bool {
		return slices.ContainsFunc(of, func(l string) bool { return !slices.Contains(has, l) })
	}
	switch targetLacks, sourceLacks := lacks(source, target), lacks(target, source); {
	case targetLacks && sourceLacks:
		return "diverged"
	case targetLacks:
		return "stale"
	case sourceLacks:
		return "ahead"
	default:
		return "in-sync"
	}
}

func randomAttempt(r *rand.Rand) attempt {
	a := attempt{tags: map[string]map[string]bool{}, holds: map[string][]string{}}
	for i := range 5 {
		from, to := r.IntN(3), r.IntN(3)
		layers := []string{"l0", "l1", "l2"}[min(from, to) : max(from, to)+1]
		a.holds[fmt.Sprintf("M%d", i)] = append([]string{fmt.Sprintf("c%d", i)}, layers...)
	}
	subject := func() string {
		return []string{"a", "a/b", "ab", "c"}[r.IntN(4)] + "/" + []string{"A", "B", "C"}[r.IntN(3)]
	}
	for tag := range r.IntN(12) {
		name := subject()
		if a.tags[name] == nil {
			a.tags[name] = map[string]bool{}
		}
		if r.IntN(3) > 0 {
			a.tags[name][fmt.Sprint(tag)] = true
		}
	}
	folders := func() map[string]attachedFolder {
		all := map[string]attachedFolder{}
		for range r.IntN(12) {
			manifest := fmt.Sprintf("M%d", r.IntN(5))
			f := attachedFolder{manifest: manifest, blobs: map[string]bool{}}
			for _, blob := range a.holds[manifest] {
				f.blobs[blob] = r.IntN(8) > 0
			}
			maps.DeleteFunc(f.blobs, func(_ string, there bool) bool { return !there })
			if len(f.blobs) > 0 && r.IntN(8) == 0 {
				f.manifest = ""
			}
			all[subject()+".sig"] = f
		}
		return all
	}
	a.source, a.target = folders(), folders()
	return a
}

// inventories writes both sides in the notation, in any order.
func (a attempt) inventories(r *rand.Rand, n *notation) (source, target *plan.Inventory) {
	write := func(folders map[string]attachedFolder, more ...string) *plan.Inventory {
		for name, f := range folders {
			more = append(more, strings.Join(append([]string{name + "=" + f.manifest}, slices.Collect(maps.Keys(f.blobs))...), "+"))
		}
		slices.Sort(more)
		r.Shuffle(len(more), func(i, j int) { more[i], more[j] = more[j], more[i] })
		return n.inventory(strings.Join(more, " "))
	}
	var images []string
	for name, tags := range a.tags {
		image, digest := name[:strings.LastIndexByte(name, '/')], name[strings.LastIndexByte(name, '/')+1:]
		images = append(images, image+"@"+digest)
		for tag := range tags {
			images = append(images, image+":"+tag+"="+digest)
		}
	}
	return write(a.source), write(a.target, images...)
}

func TestComputeSaysWhatAModelSays(t *testing.T) {
	said := map[string]int{}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 4))
		n := newNotation(t)
		a := randomAttempt(r)
		source, target := a.inventories(r, n)
		var contents []string
		for manifest, blobs := range a.holds {
			contents = append(contents, manifest+"="+blobs[0]+"+"+strings.Join(blobs[1:], ","))
		}
		read := n.contents(strings.Join(contents, " "))
		n.harmless(read, "A", "B", "C")
		p := plan.Compute(source, target, plan.Options{Families: tagFamilies()[:1], All: true}, read)
		var got []string
		for _, line := range n.plan(p) {
			line, _, _ = strings.Cut(line, ":") // the files of the action
			state, _, _ := strings.Cut(line, " ")
			said[state]++
			got = append(got, line)
		}
		if diff := cmp.Diff(a.states(), sorted(got)); diff != "" {
			t.Fatalf("seed %d: Compute (-model +got):\n%s\nof %+v", seed, diff, a)
		}
	}
	for _, state := range []string{"missing", "unsigned", "partial", "ahead", "in-sync", "stale", "diverged", "orphan"} {
		if said[state] < 50 {
			t.Errorf("%d relations are %s: this test tries little", said[state], state)
		}
	}
}
