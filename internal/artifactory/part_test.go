package artifactory_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// randomFiles are manifests and signatures under paths that differ in case, are
// the beginning of one another, and have what no pattern can be written of, unless
// they are plain.
func randomFiles(r *rand.Rand, n int, plain bool) []string {
	segments := []string{"a", "ab", "team", "team-1", "x_y", "x%y", "z.z", "a-b"}
	if !plain {
		segments = append(segments, "A", "aB", "Team", "b c", "b*", "b?d", "\u00e9t\u00e9")
	}
	pick := func() string { return segments[r.IntN(len(segments))] }
	files := map[string]bool{}
	for len(files) < n {
		path := pick()
		for range 1 + r.IntN(3) {
			path += "/" + pick()
		}
		files[fmt.Sprintf("dev:%s/%d.0/manifest.json", path, r.IntN(30))] = true
		signature := fmt.Sprintf("dev:%s/sha256-%s.sig/", path, digest(fmt.Sprint(r.IntN(4))).Hex())
		for _, name := range []string{"manifest.json", "sha256__" + digest("c").Hex(), "sha256__" + digest(path).Hex()} {
			if r.IntN(3) > 0 {
				files[signature+name] = true
			}
		}
	}
	all := make([]string, 0, len(files))
	for file := range files {
		all = append(all, file)
	}
	slices.Sort(all)
	return all
}

// A server that gives no more than so many rows at a time, by a cap or by the
// time it has, hides none: they come in parts, or there is an error.
func TestListDividesWhatTheServerTrims(t *testing.T) {
	whole := map[bool]int{} // how many listings, by whether their names are plain
	for seed := range uint64(48) {
		r := rand.New(rand.NewPCG(seed, 1))
		most, fold, slow := []int{1, 10, 1000}[seed%3], seed/3%2 == 1, seed/6%2 == 1
		plain := seed/12%2 == 0
		name := fmt.Sprintf("most %d, fold %v, slow %v, plain %v", most, fold, slow, plain)
		n := 12 + r.IntN(60)
		if most == 1000 || slow {
			n = 1500
		}
		files := randomFiles(r, n, plain)
		change := func(o *emulator.Options) {
			o.AQL.IgnoreCase, o.Seed = fold, seed
			if slow {
				o.AQL.TimeoutRows = max(most, 1000) // the sample must come in time
			} else {
				o.AQL.HardCap = most
			}
		}
		w := start(t, change, files...)
		queries := 0
		w.SetIntercept(func(*http.Request, string) http.Handler {
			queries++
			return nil
		})
		want, err := list(t.Context(), start(t, nil, files...).as("admin"), scan.Query{Repository: "dev"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := list(t.Context(), w.as("admin"), scan.Query{Repository: "dev"})
		if err != nil {
			// Names that differ in case alone, or what no pattern can be written of.
			if plain || !errors.Is(err, oci.ErrIncomplete) {
				t.Errorf("seed %d, %s: List = %v, want all or ErrIncomplete", seed, name, err)
			}
			continue
		}
		whole[plain]++
		if queries < 3 {
			t.Errorf("seed %d, %s: %d queries: nothing was divided", seed, name, queries)
		}
		// A trimmed answer's rows come again in its parts, and a database that ignores
		// case may have a row in two. One that took too long showed none.
		if slow && !fold && len(got) > len(slices.Compact(slices.Clone(got))) {
			t.Errorf("seed %d, %s: some rows came twice", seed, name)
		}
		if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
			t.Errorf("seed %d, %s: rows (-all +listed):\n%s", seed, name, diff)
		}
	}
	if whole[true] != 24 || whole[false] < 8 {
		t.Errorf("%d listings of 24 of plain names were whole, and %d of others", whole[true], whole[false])
	}
}

// What can be divided is.
func TestListInPartsOfOneRow(t *testing.T) {
	files := []string{
		"dev:a/1.0/manifest.json", "dev:a/1.0/list.manifest.json", "dev:a/1.0.1/manifest.json", "dev:a/b/1.0/manifest.json",
		"dev:ab/x/manifest.json", "dev:ab/sha256-" + digest("s").Hex() + ".sig/manifest.json",
		"dev:ab/sha256-" + digest("s").Hex() + ".sig/sha256__" + digest("c").Hex(),
		"dev:ab/sha256-" + digest("s").Hex() + ".sig/sha256__" + digest("l").Hex(), "dev:manifest.json",
	}
	for _, fold := range []bool{false, true} {
		for _, hardCap := range []int{1, 2, 3} {
			w := start(t, func(o *emulator.Options) { o.AQL.HardCap, o.AQL.IgnoreCase = hardCap, fold }, files...)
			want, err := list(t.Context(), start(t, nil, files...).as("admin"), scan.Query{Repository: "dev"})
			if err != nil || len(want) != len(files) {
				t.Fatal(want, err)
			}
			got, err := list(t.Context(), w.as("admin"), scan.Query{Repository: "dev"})
			if diff := cmp.Diff(want, slices.Compact(got)); diff != "" || err != nil {
				t.Errorf("cap %d, fold %v: List: %v; rows (-all +listed):\n%s", hardCap, fold, err, diff)
			}
		}
	}
}

// One folder with names that no pattern can be written of cannot be divided.
func TestListSaysWhatCannotBeDivided(t *testing.T) {
	var files []string
	for i := range 4 {
		files = append(files, fmt.Sprintf("dev:app/sha256-%s.sig/\u00e9%d", digest("s").Hex(), i))
	}
	w := start(t, func(o *emulator.Options) { o.AQL.HardCap = 3 }, files...)
	_, err := list(t.Context(), w.as("admin"), scan.Query{Repository: "dev"})
	if !errors.Is(err, oci.ErrIncomplete) || errors.Is(err, oci.ErrUnavailable) {
		t.Errorf("List of what cannot be divided = %v, want ErrIncomplete, and nothing that passes", err)
	}
}
