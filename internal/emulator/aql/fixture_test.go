package aql_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/aql"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// The store of most tests. Every write is a second later than the one before;
// folders are made by the first write below them.
func fixture() *tree.Store {
	at := time.Date(2026, 1, 1, 0, 0, 0, 123_456_789, time.UTC)
	s := tree.New(func() time.Time { at = at.Add(time.Second); return at })
	s.AddRepository("dev")
	s.AddRepository("prod")
	s.Put("dev", "README.txt", []byte("hello"), "ann", nil)
	s.Put("dev", "app/1.0/manifest.json", []byte("{}"), "ci", map[string][]string{
		"docker.manifest": {"1.0"}, "env": {"blue", "green"},
	})
	s.Put("dev", "app/sha256-ab.sig/manifest.json", []byte(`{"s":1}`), "ci", nil)
	s.Put("dev", "app/_uploads/manifest-sha256__cd.json", []byte("left over"), "ci", nil)
	s.Put("prod", "app/1.0/manifest.json", []byte("{}"), "", map[string][]string{
		"env": {"green"}, "note": {"odd"},
	})
	s.DropSHA256("prod", "app/1.0/manifest.json")
	return s
}

func everything(s *tree.Store) iter.Seq[tree.Item] {
	return func(yield func(tree.Item) bool) {
		more := true
		for _, repo := range []string{"dev", "prod"} {
			s.Walk(repo, "", func(i tree.Item) bool {
				more = more && yield(i)
				return more
			})
		}
	}
}

func parse(t *testing.T, text string) *aql.Query {
	t.Helper()
	q, err := aql.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return q
}

// answer is the server's answer as a client sees it.
type answer struct {
	Results []map[string]any
	Range   map[string]any
}

func run(t *testing.T, text string, env aql.Env) answer {
	t.Helper()
	r, err := parse(t, text).Run(everything(fixture()), env)
	if err != nil {
		t.Fatalf("Run(%s): %v", text, err)
	}
	var b bytes.Buffer
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(b.Bytes(), &a); err != nil {
		t.Fatalf("Run(%s) wrote no JSON: %v\n%s", text, err, b.Bytes())
	}
	return a
}

// paths are the rows as repo:path/name.
func (a answer) paths() []string {
	var paths []string
	for _, r := range a.Results {
		paths = append(paths, fmt.Sprintf("%s:%s/%s", r["repo"], r["path"], r["name"]))
	}
	return paths
}

func admin() aql.Env {
	return aql.Env{Admin: true, Now: time.Date(2026, 1, 1, 0, 0, 20, 0, time.UTC)}
}

// fileCreated is one file of that age.
func fileCreated(t *testing.T, at string) iter.Seq[tree.Item] {
	t.Helper()
	created, err := time.Parse("2006-01-02T15:04:05", at)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Values([]tree.Item{{Repo: "dev", Path: "old", Created: created}})
}
