package seed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

func TestEstateShares(t *testing.T) {
	type counts = map[string]int
	for _, c := range []struct {
		name           string
		estate         seed.Estate
		source, target counts
	}{
		{"plain", seed.Estate{}, counts{"manifest.json": 6}, counts{}},
		{"multi-arch", seed.Estate{MultiArchShare: 1}, counts{"list.manifest.json": 6, "child": 12}, counts{}},
		{"signed", seed.Estate{SignedShare: 1}, counts{"manifest.json": 6, ".sig": 6}, counts{}},
		{"promoted", seed.Estate{SignedShare: 1, PromotedShare: 1}, counts{"manifest.json": 6, ".sig": 6}, counts{"manifest.json": 6}},
		{"copied", seed.Estate{SignedShare: 1, PromotedShare: 1, CopiedShare: 1}, counts{"manifest.json": 6, ".sig": 6}, counts{"manifest.json": 6, ".sig": 6}},
		{"copied, but unsigned", seed.Estate{PromotedShare: 1, CopiedShare: 1}, counts{"manifest.json": 6}, counts{"manifest.json": 6}},
		{"copied, but not promoted", seed.Estate{SignedShare: 1, CopiedShare: 1}, counts{"manifest.json": 6, ".sig": 6}, counts{}},
	} {
		e := c.estate
		e.Images, e.TagsPerImage, e.Source, e.Target = 3, 2, "dev", "prod"
		s := newStore()
		e.Fill(s)
		if diff := cmp.Diff([]counts{c.source, c.target}, []counts{manifests(s, "dev"), manifests(s, "prod")}); diff != "" {
			t.Errorf("%s: manifests of source and target (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestEmptyEstateHasRepositories(t *testing.T) {
	s := newStore()
	seed.Estate{Source: "dev", Target: "prod"}.Fill(s)
	if !s.HasRepository("dev") || !s.HasRepository("prod") {
		t.Error("an empty estate must have both repositories")
	}
}

func TestEstateIsDeterministic(t *testing.T) {
	fill := func(number uint64) []string {
		s := newStore()
		seed.Estate{
			Images: 60, TagsPerImage: 1, MultiArchShare: 0.5, SignedShare: 0.5, PromotedShare: 0.5, CopiedShare: 0.5,
			Seed: number, Source: "dev", Target: "prod",
		}.Fill(s)
		var paths []string
		for _, repo := range []string{"dev", "prod"} {
			s.Walk(repo, "", func(i tree.Item) bool { paths = append(paths, repo+":"+i.Path); return true })
		}
		return paths
	}
	if diff := cmp.Diff(fill(1), fill(1)); diff != "" {
		t.Errorf("two fills of one estate differ:\n%s", diff)
	}
	if cmp.Equal(fill(1), fill(2)) {
		t.Error("another seed must give another estate")
	}
}

// BenchmarkFill makes 100,000 manifests on each side.
func BenchmarkFill(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		seed.Estate{
			Images: 5000, TagsPerImage: 10, SignedShare: 1, PromotedShare: 1, CopiedShare: 1, Source: "dev", Target: "prod",
		}.Fill(newStore())
	}
}
