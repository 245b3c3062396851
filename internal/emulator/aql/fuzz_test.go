package aql_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/aql"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// FuzzParse holds that what parses runs, that its rows are some of the items,
// and that the rest is a syntax error that ends as the text does.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		cliQuery,
		`items.find()`,
		`items.find({"repo":"dev","path":{"$match":"*/sha256-?b*.sig"}}).include("repo","path","name","@env").limit(1000)`,
		`items.find({"$or":[{"$msp":[{"@env":{"$ne":"blue"}},{"@*":"*"}]},{"type":"any"}]}).sort({"$desc":["path","name"]}).offset(1)`,
		`items.find({"created":{"$last":"1mo2d"},"size":{"$gt":-1.5}},{"sha256":null}).distinct(false)`,
	} {
		f.Add(seed)
	}
	items := slices.Collect(everything(fixture()))
	known := map[string]bool{}
	for _, i := range items {
		known[i.Repo+":"+i.Path] = true
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := aql.Parse(text)
		if err != nil {
			var syntax *aql.SyntaxError
			if !errors.As(err, &syntax) || !strings.HasSuffix(strings.TrimSpace(text), syntax.Near) {
				t.Fatalf("Parse(%q) = %v", text, err)
			}
			return
		}
		env := aql.Env{Admin: true, HardCap: 3, Rand: rand.New(rand.NewPCG(1, 2))}
		r, err := q.Run(slices.Values(items), env)
		if err != nil {
			if _, ok := errors.AsType[*aql.Refused](err); !ok {
				t.Fatalf("Run(%q) = %v", text, err)
			}
			return
		}
		checkRows(t, r, known)
		if keys := q.Repositories(); keys != nil {
			env.Rand = rand.New(rand.NewPCG(1, 2))
			env.HardCap = 0
			checkConfined(t, q, items, keys, env)
		}
	})
}

// checkRows holds that an answer is JSON and names items that there are.
func checkRows(t *testing.T, r *aql.Result, known map[string]bool) {
	t.Helper()
	var b bytes.Buffer
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	var a struct {
		Results []struct{ Repo, Path, Name *string }
	}
	if err := json.Unmarshal(b.Bytes(), &a); err != nil || len(a.Results) != r.Rows() {
		t.Fatalf("%d rows, %v, want %d\n%s", len(a.Results), err, r.Rows(), b.Bytes())
	}
	for _, row := range a.Results {
		if row.Repo == nil || row.Path == nil || row.Name == nil {
			continue
		}
		path := strings.Trim(strings.TrimPrefix(*row.Path+"/"+*row.Name, "./"), ".")
		if !known[*row.Repo+":"+path] {
			t.Fatalf("row %s:%s is none of the items", *row.Repo, path)
		}
	}
}

// checkConfined holds that other repositories than those named add no rows.
func checkConfined(t *testing.T, q *aql.Query, items []tree.Item, keys []string, env aql.Env) {
	t.Helper()
	whole, err := q.Run(slices.Values(items), env)
	if err != nil {
		t.Fatal(err)
	}
	some := slices.DeleteFunc(slices.Clone(items), func(i tree.Item) bool { return !slices.Contains(keys, i.Repo) })
	confined, err := q.Run(slices.Values(some), env)
	if err != nil || confined.Rows() != whole.Rows() {
		t.Fatalf("%d rows, %v within %q, want %d", confined.Rows(), err, keys, whole.Rows())
	}
}
