package mover_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/mover"
)

func TestRefusedChildrenLeaveAPartialFolder(t *testing.T) {
	w := newWorld("dev:d/a", "dev:d/b", "dev:d/c", "prod:")
	w.excluded = "d/b"
	got := w.copy(t, "dev:d", "prod:d")
	if got.Files != 2 || got.Status(500) != 403 {
		t.Errorf("Copy = %v, want two files and 403", summary(got))
	}
	if diff := cmp.Diff([]string{"d/", "d/a", "d/c"}, w.list("prod")); diff != "" {
		t.Errorf("1.6 partial folder (-want +got):\n%s", diff)
	}
}

func TestFolderWithoutAnyAllowedChildIsRemoved(t *testing.T) {
	w := newWorld("dev:d/a", "dev:e/", "prod:")
	w.excluded = "d/"
	w.copy(t, "dev:d", "prod:d")
	w.copy(t, "dev:e", "prod:e")
	if diff := cmp.Diff([]string{"e/"}, w.list("prod")); diff != "" {
		t.Errorf("1.5 emptied folder goes, folder that was empty stays (-want +got):\n%s", diff)
	}
}

func TestFailFast(t *testing.T) {
	w := newWorld("dev:d/a", "dev:d/b", "dev:d/c", "prod:d/a", "prod:d/b", "prod:d/c")
	w.user = access.User{Permissions: []access.Permission{
		{Repositories: []string{"dev", "prod"}, Rights: write},
		{Repositories: []string{"prod"}, Include: []string{"d"}, Rights: access.Delete},
	}}
	if got := w.copy(t, "dev:d", "prod:"); len(got.Problems) != 3 {
		t.Errorf("Copy = %v, want every child refused", summary(got))
	}
	fast := func(r *mover.Request) { r.FailFast = true }
	if got := w.copy(t, "dev:d", "prod:", fast); len(got.Problems) != 1 {
		t.Errorf("1.6 Copy with failFast = %v, want one problem", summary(got))
	}
}

func TestDryRun(t *testing.T) {
	dry := func(r *mover.Request) { r.DryRun = true }
	shallow := func(r *mover.Request) { r.DryRun, r.ShallowDryRun = true, true }
	for _, c := range []struct {
		name   string
		option func(*mover.Request)
		want   mover.Result
	}{
		{"1.6 counts", dry, mover.Result{Files: 2, Folders: 1}},
		{"1.6 of 6.20 stops at the folder", shallow, mover.Result{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld("dev:d/a", "dev:d/b", "prod:")
			if diff := cmp.Diff(c.want, w.copy(t, "dev:d", "prod:d", c.option)); diff != "" {
				t.Errorf("Copy (-want +got):\n%s", diff)
			}
			if got := w.list("prod"); len(got) != 0 {
				t.Errorf("prod holds %v after a dry run, want nothing", got)
			}
		})
	}
}

func TestVetoCancelsAndKeepsWhatIsWritten(t *testing.T) {
	w := newWorld("dev:d/a", "dev:d/b", "dev:d/c", "prod:")
	veto := errors.New("no")
	files := 0
	w.veto = func(path string) error {
		if path != "d" {
			files++
		}
		if files == 3 {
			return veto
		}
		return nil
	}
	if _, err := w.try("dev:d", "prod:d"); !errors.Is(err, veto) {
		t.Fatalf("Copy = %v, want the veto", err)
	}
	if got := w.list("prod"); len(got) != 3 {
		t.Errorf("prod holds %v, want the folder and two files", got)
	}
}

func TestVetoOfTheFolder(t *testing.T) {
	w := newWorld("dev:d/a", "prod:")
	veto := errors.New("no")
	w.veto = func(string) error { return veto }
	if _, err := w.try("dev:d", "prod:d"); !errors.Is(err, veto) || len(w.list("prod")) != 0 {
		t.Errorf("Copy = %v and prod holds %v, want the veto and nothing", err, w.list("prod"))
	}
}

func TestChildrenComeInNoParticularOrder(t *testing.T) {
	w := newWorld("dev:d/a", "dev:d/b", "dev:d/c", "dev:d/d", "dev:d/e", "dev:d/f", "prod:")
	var order strings.Builder
	w.veto = func(path string) error { order.WriteString(strings.TrimPrefix(path, "d")); return nil }
	w.copy(t, "dev:d", "prod:d")
	if got := order.String(); got == "/a/b/c/d/e/f" {
		t.Errorf("1.6 children were visited in order: %s", got)
	}
}

func TestCopyKeepsTimestampsAndProperties(t *testing.T) {
	w := newWorld("dev:d/a", "prod:d/a")
	w.copy(t, "dev:d/a", "prod:d/a")
	want, _ := w.Stat("dev", "d/a")
	got, _ := w.Stat("prod", "d/a")
	if !got.Updated.Equal(want.Updated) || got.Properties["from"][0] != "dev:d/a" || got.SHA256 != want.SHA256 {
		t.Errorf("1.5 copied item = %+v, want the source's %+v", got, want)
	}
}
