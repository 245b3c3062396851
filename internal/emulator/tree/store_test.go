package tree_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// clock advances by a second at every reading.
func clock() func() time.Time {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time { at = at.Add(time.Second); return at }
}

func TestPlaceKeepsTimestampsAndProperties(t *testing.T) {
	s := tree.New(clock())
	src := s.Put("dev", "team/app/1.0/manifest.json", []byte("{}"), "ci", map[string][]string{"docker.manifest": {"1.0"}})
	got := s.Place("prod", "team/app/1.0/manifest.json", src)
	if !got.Created.Equal(src.Created) || got.CreatedBy != "ci" || got.Properties["docker.manifest"][0] != "1.0" {
		t.Errorf("Place = %+v, want the source's timestamps and properties", got)
	}
	s.SetProperties("prod", "team/app/1.0/manifest.json", map[string][]string{"docker.manifest": {"2.0"}})
	if from, _ := s.Stat("dev", "team/app/1.0/manifest.json"); from.Properties["docker.manifest"][0] != "1.0" {
		t.Errorf("the source = %+v after its copy's properties were set", from)
	}
	if content, ok := s.Content("prod", "team/app/1.0/manifest.json"); !ok || string(content) != "{}" {
		t.Errorf("Content of the placed file = %q, %v", content, ok)
	}
}

func TestPutOverwritesAndKeepsCreation(t *testing.T) {
	s := tree.New(clock())
	first := s.Put("r", "a", []byte("1"), "x", nil)
	second := s.Put("r", "a", []byte("2"), "y", nil)
	if !second.Created.Equal(first.Created) || second.CreatedBy != "x" || second.ModifiedBy != "y" || second.SHA256 == first.SHA256 {
		t.Errorf("second Put = %+v after %+v", second, first)
	}
}

func TestPlaceOnFolderKeepsItsChildren(t *testing.T) {
	s := tree.New(clock())
	s.Put("r", "a/x", []byte("x"), "", nil)
	from := s.Put("r", "b/y", []byte("y"), "", nil)
	folder, _ := s.Stat("r", from.Dir())
	s.Place("r", "a", folder)
	if _, ok := s.Stat("r", "a/x"); !ok {
		t.Error("placing a folder on a folder must keep what is in it")
	}
}

func TestWalkAndDelete(t *testing.T) {
	s := tree.New(clock())
	for _, p := range []string{"team/app/2/m", "team/app/1/m", "/team//lib/1/m"} {
		s.Put("r", p, []byte(p), "", nil)
	}
	s.Delete("r", "team/app/2")
	var got []string
	s.Walk("r", "team", func(i tree.Item) bool { got = append(got, i.Path); return true })
	want := []string{"team", "team/app", "team/app/1", "team/app/1/m", "team/lib", "team/lib/1", "team/lib/1/m"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Walk (-want +got):\n%s", diff)
	}
	if s.Delete("r", "team/app/2") || s.Delete("none", "x") {
		t.Error("Delete of an absent item must say so")
	}
}

func TestDropSHA256KeepsTheContent(t *testing.T) {
	s := tree.New(clock())
	s.Put("r", "a", []byte("1"), "", nil)
	s.Put("r", "b", []byte("2"), "", nil)
	s.DropSHA256("r", "a")
	s.DropSHA256("r", "b")
	if got, _ := s.Content("r", "a"); string(got) != "1" {
		t.Errorf("Content = %q, want 1", got)
	}
}

func TestWatchersSeeEveryChangeAtItsMoment(t *testing.T) {
	s := tree.New(clock())
	from := s.Put("dev", "a/x", []byte("1"), "", nil)
	var got []string
	s.Watch(func(c tree.Change, look tree.Look) {
		_, other := look("prod", "a/y")
		got = append(got, fmt.Sprintf("%s:%s %q %q %v", c.Repo, c.Path, c.Before, c.After, other))
	})
	s.Place("prod", "a/x", from)
	s.Put("prod", "a/y", nil, "", nil)
	s.Put("prod", "a/x", []byte("2"), "", nil)
	s.MakeFolder("prod", "b")
	s.Delete("prod", "a")
	slices.Sort(got[3:])
	want := []string{
		`prod:a/x "" "1" false`, `prod:a/y "" "" true`, `prod:a/x "1" "2" true`,
		`prod:a/x "2" "" false`, `prod:a/y "" "" false`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestRenamed(t *testing.T) {
	s := tree.New(clock())
	s.AddRepository("dev")
	s.Put("dev", "app/1/manifest.json", nil, "ci", map[string][]string{"docker.manifest": {"1"}})
	item, _ := s.Stat("dev", "app/1/manifest.json")
	got := item.Renamed("docker.manifest", "2").Renamed("docker.repoName", "app")
	if diff := cmp.Diff(map[string][]string{"docker.manifest": {"2"}}, got.Properties); diff != "" {
		t.Errorf("Renamed (-want +got):\n%s", diff)
	}
	kept, _ := s.Stat("dev", "app/1/manifest.json")
	if diff := cmp.Diff(map[string][]string{"docker.manifest": {"1"}}, kept.Properties); diff != "" {
		t.Errorf("the store's item after it (-want +got):\n%s", diff)
	}
}
