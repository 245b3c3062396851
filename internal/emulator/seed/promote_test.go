package seed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// TestPromote holds artifactory 2.3, 2.5 and 2.6: children go along,
// timestamps survive, signatures stay behind, what was at the target's tag is replaced.
func TestPromote(t *testing.T) {
	s := newStore()
	list := seed.PushIndex(s, "dev", "app", "1", "a", 2)
	seed.Sign(s, "dev", "app", list.Digest, "alice")
	seed.Push(s, "prod", "lib", "ga", "old")
	seed.Promote(s, "dev", "app", "1", "prod", "lib", "ga")
	if diff := cmp.Diff(map[string]int{"list.manifest.json": 1, "child": 2}, manifests(s, "prod")); diff != "" {
		t.Errorf("manifests of prod (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"list.manifest.json": 1, "child": 2, ".sig": 1}, manifests(s, "dev")); diff != "" {
		t.Errorf("manifests of dev (-want +got):\n%s", diff)
	}
	for _, c := range list.Children {
		open(t, s, docker.Place{Repo: "prod", Image: "lib", Reference: c.Digest})
	}
	from, _ := s.Stat("dev", "app/1/list.manifest.json")
	want := from.Renamed("docker.manifest", "ga").Renamed("docker.repoName", "lib")
	want.Repo, want.Path = "prod", "lib/ga/list.manifest.json"
	got, _ := s.Stat("prod", "lib/ga/list.manifest.json")
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(tree.Item{})); diff != "" {
		t.Errorf("promoted list (-want +got):\n%s", diff)
	}
}

func TestPromoteLeavesDeeperImages(t *testing.T) {
	s := newStore()
	seed.Push(s, "dev", "app", "1", "a")
	seed.Push(s, "dev", "app/1", "deep", "b")
	seed.Promote(s, "dev", "app", "1", "prod", "app", "1")
	if diff := cmp.Diff(map[string]int{"manifest.json": 1}, manifests(s, "prod")); diff != "" {
		t.Errorf("manifests (-want +got):\n%s", diff)
	}
	seed.Promote(s, "dev", "app", "1", "dev", "app", "1")
	open(t, s, docker.Place{Repo: "prod", Image: "app", Reference: "1"})
	if diff := cmp.Diff(map[string]int{"manifest.json": 2}, manifests(s, "dev")); diff != "" {
		t.Errorf("manifests after a promotion onto itself (-want +got):\n%s", diff)
	}
}
