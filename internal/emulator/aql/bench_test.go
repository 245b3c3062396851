package aql_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/aql"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// BenchmarkRun answers queries over 100,000 files, a fifth of them in signatures' folders.
func BenchmarkRun(b *testing.B) {
	items := make([]tree.Item, 100_000)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range items {
		folder := fmt.Sprintf("team/app%d/%d", i%500, i)
		if i%5 == 0 {
			folder = fmt.Sprintf("team/app%d/sha256-%064x.sig", i%500, i)
		}
		items[i] = tree.Item{
			Repo: "dev", Path: folder + "/manifest.json", Size: int64(i), Checksums: tree.Checksums{SHA256: fmt.Sprintf("%064x", i)},
			Created: at, Modified: at, Updated: at, CreatedBy: "ci", ModifiedBy: "ci",
			Properties: map[string][]string{"docker.manifest": {"1.0"}, "docker.repoName": {folder}},
		}
	}
	for _, c := range []struct {
		name, text string
		shuffled   bool
	}{
		{"equal", `items.find({"repo":"dev","name":"manifest.json"}).include("repo","path","name","sha256","size")`, false},
		{"match", `items.find({"repo":"dev","path":{"$match":"*/sha256-*.sig"}}).include("repo","path","name","sha256","size")`, false},
		{"shuffle", `items.find({"repo":"dev"}).include("repo","path","name")`, true},
		{"sort", `items.find({"repo":"dev"}).include("repo","path","name").sort({"$asc":["path","name"]})`, true},
		{"property", `items.find({"repo":"dev","@docker.manifest":"2.0"})`, false},
		{"join", `items.find({"repo":"dev"}).include("repo","path","name","property.*")`, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			q, err := aql.Parse(c.text)
			if err != nil {
				b.Fatal(err)
			}
			env := aql.Env{Admin: true}
			if c.shuffled {
				env.Rand = rand.New(rand.NewPCG(1, 2))
			}
			b.ReportAllocs()
			for b.Loop() {
				r, err := q.Run(slices.Values(items), env)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := r.WriteTo(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
