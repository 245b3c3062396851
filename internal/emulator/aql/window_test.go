package aql_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/aql"
)

func TestOrderAndWindow(t *testing.T) {
	for _, c := range []struct {
		name, elements string
		want           []string
	}{
		{"4.5 ascending", `.sort({"$asc":["path","name"]})`, []string{readme, image, promoted, leftover, signed}},
		{"4.5 descending, all fields", `.sort({"$desc":["path","repo"]})`, []string{signed, leftover, promoted, image, readme}},
		{"4.5 by number", `.include("*").sort({"$desc":["size","repo"]})`, []string{leftover, signed, readme, promoted, image}},
		{"4.5 by time", `.sort({"$desc":["created"]})`, []string{promoted, leftover, signed, image, readme}},
		{"4.5 by type, then by ID", `.include("repo","path","name","type","id").sort({"$desc":["type","id"]})`,
			[]string{promoted, signed, leftover, image, readme}},
		{"4.5 offset", `.sort({"$asc":["path","name"]}).offset(3)`, []string{leftover, signed}},
		{"4.5 offset behind the end", `.offset(9)`, nil},
		{"4.5 limit", `.sort({"$asc":["path","repo"]}).limit(2)`, []string{readme, image}},
		{"4.5 limit with a fraction", `.limit(2.9)`, []string{readme, image}},
		{"4.5 no rows wanted", `.limit(0)`, nil},
		{"4.5 offset and limit", `.offset(1).limit(2)`, []string{image, leftover}},
		{"4.5 properties undo the sort", `.include("property.*").sort({"$desc":["path","repo"]})`, all()},
		{"4.5 the limit counts joined rows", `.include("property.*").limit(3)`, []string{readme, image}},
		{"4.5 the offset counts joined rows", `.include("property.*").offset(3).limit(2)`, []string{image, leftover}},
		{"4.5 the window may split an item", `.include("@env").offset(1).limit(1)`, []string{image}},
	} {
		got := run(t, `items.find()`+c.elements, admin())
		if diff := cmp.Diff(c.want, got.paths()); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.name, c.elements, diff)
		}
	}
}

func TestWindowSplitsProperties(t *testing.T) {
	got := run(t, `items.find().include("name","@env").offset(1).limit(1)`, admin()).Results
	want := []map[string]any{{"name": "manifest.json", "properties": []any{map[string]any{"key": "env", "value": "green"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("4.5 second of the two values (-want +got):\n%s", diff)
	}
}

func TestRange(t *testing.T) {
	const trimmed = "AQL query reached the search hard limit, results are trimmed."
	type span = map[string]any
	for _, c := range []struct {
		name, text string
		hardCap    int
		want       span
	}{
		{"4.3 no limit", `items.find()`, 0, span{"start_pos": 0.0, "end_pos": 5.0, "total": 5.0}},
		{"4.3 the total is of this answer", `items.find().offset(1).limit(2)`, 0, span{"start_pos": 1.0, "end_pos": 2.0, "total": 2.0, "limit": 2.0}},
		{"4.3 the limit is that of the query", `items.find().limit(1000)`, 0, span{"start_pos": 0.0, "end_pos": 5.0, "total": 5.0, "limit": 1000.0}},
		{"4.3 a limit of nothing", `items.find().limit(0)`, 0, span{"start_pos": 0.0, "end_pos": 0.0, "total": 0.0, "limit": 0.0}},
		{"4.3 the total is of items, not of joined rows", `items.find().include("property.*").limit(3)`, 0,
			span{"start_pos": 0.0, "end_pos": 2.0, "total": 2.0, "limit": 3.0}},
		{"4.6 hard cap", `items.find()`, 2, span{"start_pos": 0.0, "end_pos": 2.0, "total": 2.0, "limit": 2.0, "notification": trimmed}},
		{"4.6 hard cap under the limit", `items.find().limit(4)`, 3, span{"start_pos": 0.0, "end_pos": 3.0, "total": 3.0, "limit": 3.0, "notification": trimmed}},
		{"4.6 hard cap counts after the offset", `items.find().offset(3)`, 2, span{"start_pos": 3.0, "end_pos": 2.0, "total": 2.0}},
		{"4.6 hard cap that is just enough", `items.find()`, 5, span{"start_pos": 0.0, "end_pos": 5.0, "total": 5.0}},
		{"4.6 the limit at the hard cap", `items.find().limit(2)`, 2, span{"start_pos": 0.0, "end_pos": 2.0, "total": 2.0, "limit": 2.0}},
		{"4.6 the limit above a cap that is enough", `items.find().limit(9)`, 5, span{"start_pos": 0.0, "end_pos": 5.0, "total": 5.0, "limit": 9.0}},
	} {
		env := admin()
		env.HardCap = c.hardCap
		if diff := cmp.Diff(c.want, run(t, c.text, env).Range); diff != "" {
			t.Errorf("%s: %s with cap %d (-want +got):\n%s", c.name, c.text, c.hardCap, diff)
		}
	}
}

func TestPermissions(t *testing.T) {
	prodOnly := func(repo, _ string) bool { return repo == "prod" }
	for _, c := range []struct {
		name, elements string
		env            aql.Env
		want           []string
		total          float64
	}{
		{"4.4 rows that may not be read are left out", ``, aql.Env{CanRead: prodOnly}, []string{promoted}, 1},
		{"4.4 the filter comes after the limit", `.limit(2)`, aql.Env{CanRead: prodOnly}, nil, 0},
		{"4.4 the filter comes after the offset", `.offset(4).limit(2)`, aql.Env{CanRead: prodOnly}, []string{promoted}, 1},
		{"4.4 admins read everything", ``, aql.Env{Admin: true, CanRead: prodOnly}, all(), 5},
		{"4.4 nobody said that anything may be read", ``, aql.Env{}, nil, 0},
		{"4.4 the path has the name", ``, aql.Env{CanRead: func(_, path string) bool { return path == "app/1.0/manifest.json" }},
			[]string{image, promoted}, 2},
	} {
		got := run(t, `items.find()`+c.elements, c.env)
		if diff := cmp.Diff(c.want, got.paths()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got.Range["total"] != c.total {
			t.Errorf("%s: total = %v, want %v", c.name, got.Range["total"], c.total)
		}
	}
}

func TestShuffle(t *testing.T) {
	env := admin()
	env.Rand = rand.New(rand.NewPCG(1, 2))
	orders := map[string]bool{}
	for range 20 {
		got := run(t, `items.find()`, env).paths()
		orders[got[0]] = true
		if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(all()))) {
			t.Fatalf("4.5 shuffled rows = %q, want those of the store", got)
		}
	}
	if len(orders) < 2 {
		t.Error("4.5 unsorted rows must change their order between requests")
	}
	for range 20 {
		if got := run(t, `items.find().sort({"$asc":["path","repo"]})`, env).paths(); !slices.Equal(got, []string{readme, image, promoted, leftover, signed}) {
			t.Fatalf("4.5 sorted rows = %q", got)
		}
		if got := run(t, `items.find().include("property.*")`, env).paths(); !slices.Equal(got, all()) {
			t.Fatalf("4.5 joined rows = %q, want the order of the IDs", got)
		}
	}
}

func TestShuffleWhatTheSortLeavesOpen(t *testing.T) {
	env := admin()
	env.Rand = rand.New(rand.NewPCG(3, 4))
	orders := map[string]bool{}
	for range 20 {
		orders[run(t, `items.find({"path":"app/1.0"}).sort({"$asc":["path"]})`, env).paths()[0]] = true
	}
	if len(orders) != 2 {
		t.Error("4.5 rows that the sort fields do not tell apart must change their order")
	}
}
