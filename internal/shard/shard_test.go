package shard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/shard"
)

// Pods of two versions share one run while a Job is rolled out: what this says
// must never change.
func TestOfNeverChanges(t *testing.T) {
	got := map[string][]int{}
	for _, name := range []string{"", "app", "team/app", "team/deep/er/app", "Ünïcode/päth", strings.Repeat("a", 255)} {
		for _, count := range []int{1, 2, 3, 7, 8, 100, intake.Shards} {
			got[name] = append(got[name], shard.Of(name, count))
		}
	}
	want := map[string][]int{
		"":                       {0, 0, 1, 1, 4, 52, 652},
		"app":                    {0, 1, 0, 2, 3, 47, 347},
		"team/app":               {0, 0, 2, 2, 2, 70, 770},
		"team/deep/er/app":       {0, 0, 0, 4, 4, 76, 76},
		"Ünïcode/päth":           {0, 1, 1, 4, 5, 85, 485},
		strings.Repeat("a", 255): {0, 0, 1, 1, 2, 34, 234},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Of (-want +got):\n%s", diff)
	}
}

func TestShardsShareAlike(t *testing.T) {
	const names = 20_000
	for _, count := range []int{2, 3, 8, 64} {
		shares := make([]int, count)
		for i := range names {
			shares[shard.Of(fmt.Sprintf("team-%d/app-%d", i%50, i), count)]++
		}
		for i, n := range shares {
			if fair := names / count; n < fair*7/10 || n > fair*13/10 {
				t.Errorf("shard %d/%d has %d of %d names, want about %d", i, count, n, names, fair)
			}
		}
	}
}

func TestEveryNameHasOneShard(t *testing.T) {
	for i := range 100 {
		name, owners := fmt.Sprintf("app-%d", i), 0
		for index := range 7 {
			if (shard.Shard{Index: index, Count: 7}).Owns(name) {
				owners++
			}
		}
		if owners != 1 {
			t.Errorf("%d of 7 shards own %q, want 1", owners, name)
		}
		if !(shard.Shard{}).Owns(name) || !(shard.Shard{Count: 1}).Owns(name) {
			t.Errorf("a run that is not divided does not own %q", name)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, index, want string }{
		{"0/8", "", "0/8"},
		{"7/8", "", "7/8"},
		{"8/8", "", "0/8"},
		{"1/1", "", "0/1"},
		{"0/1000", "", "0/1000"},
		{"3/8", "5", "3/8"},
		{"8", "0", "0/8"},
		{"8", "7", "7/8"},
		{"1", "0", "0/1"},
		{"9/8", "", "expected i/n with i from 0 to n-1, or from 1 to n: here n is 8"},
		{"-1/8", "", "expected i/n with i"},
		{"+1/8", "", "expected i/n with i"},
		{"/8", "", "expected i/n with i"},
		{"a/8", "", "expected i/n with i"},
		{"99999999999999999999/8", "", "expected i/n with i"},
		{"0/0", "", "n from 1 to 1000"},
		{"0/1001", "", "n from 1 to 1000"},
		{"0/-8", "", "n from 1 to 1000"},
		{"0/", "", "n from 1 to 1000"},
		{"0/8/2", "", "n from 1 to 1000"},
		{"", "0", "n from 1 to 1000"},
		{"0", "0", "n from 1 to 1000"},
		{"1001", "0", "n from 1 to 1000"},
		{" 8", "0", "n from 1 to 1000"},
		{"8", "none", "JOB_COMPLETION_INDEX, which is not set: Kubernetes sets it in the pods of a Job with completionMode: Indexed; elsewhere write i/n, as 0/8"},
		{"8", "8", `JOB_COMPLETION_INDEX, which is "8": expected 0 to 7; give the Job as many completions as there are shards`},
		{"8", "-1", `which is "-1": expected 0 to 7`},
		{"8", "x", `which is "x": expected 0 to 7`},
		{"8", "", `which is "": expected 0 to 7`},
	} {
		s, err := shard.Parse(c.text, func(name string) (string, bool) {
			return c.index, name == shard.IndexVariable && c.index != "none"
		})
		got := s.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != c.want || err != nil && !strings.Contains(got, c.want) {
			t.Errorf("Parse(%q) with index %q = %s, want %s", c.text, c.index, got, c.want)
		}
	}
}
