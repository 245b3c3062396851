package reconcile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/reconcile"
)

func TestCountedIsToldOfRepositoriesAndFiles(t *testing.T) {
	w := newWorld(t)
	w.promoted(2)
	var told []reconcile.Count
	w.options.Counted = func(l reconcile.Count) { told = append(told, l) }
	w.sync()
	if len(told) == 0 {
		t.Fatal("nothing was told")
	}
	if diff := cmp.Diff(reconcile.Count{Repositories: 2}, told[0]); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	last := told[len(told)-1]
	if last.Ended != 2 || last.Repositories != 2 || last.Files == 0 {
		t.Errorf("last = %+v, want files of 2 of 2 repositories", last)
	}
	// Once at the beginning, and twice for each repository: none for a file, and none
	// for the looks before and after the copies.
	if len(told) != 5 {
		t.Errorf("told %d times of %d files, want 5", len(told), last.Files)
	}
}

func TestCountedIsToldInSteps(t *testing.T) {
	w := newWorld(t)
	w.promoted(600)
	var told []int
	w.options.Counted = func(l reconcile.Count) { told = append(told, l.Files) }
	w.audit()
	last := told[len(told)-1]
	if last <= 1000 || len(told) != 5+last/1000 && len(told) != 4+last/1000 {
		t.Errorf("told %d times of %d files, want once for each thousand", len(told), last)
	}
}
