package watch_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/watch"
)

// world is a folder that is watched. Before each look somebody does something.
type world struct {
	t      *testing.T
	folder string
	files  []string
	deeds  []func()
	asked  chan os.Signal
	// refuses tells that what has changed is not taken over.
	refuses bool
}

func newWorld(t *testing.T, files ...string) *world {
	t.Helper()
	w := &world{t: t, folder: t.TempDir(), asked: make(chan os.Signal)}
	for _, file := range files {
		w.files = append(w.files, filepath.Join(w.folder, file))
		w.write(file, "first")
	}
	return w
}

func (w *world) write(file, content string) {
	if err := os.WriteFile(filepath.Join(w.folder, file), []byte(content), 0o600); err != nil {
		w.t.Error(err)
	}
}

func (w *world) options() watch.Options {
	return watch.Options{Files: func() []string { return slices.Clone(w.files) }, Every: time.Hour, Asked: w.asked}
}

// run watches until nothing is left to do.
func (w *world) run(o watch.Options) []string {
	ctx, stop := context.WithCancel(w.t.Context())
	var told []string
	said := "nothing"
	begun := false
	o.Sleep = func(ctx context.Context, d time.Duration) error {
		if d != time.Hour {
			w.t.Errorf("slept %s, want an hour", d)
		}
		if begun {
			told, said = append(told, said), "nothing"
		}
		begun = true
		if len(w.deeds) == 0 {
			stop()
			return ctx.Err()
		}
		deed := w.deeds[0]
		w.deeds = w.deeds[1:]
		deed()
		return ctx.Err()
	}
	watch.Run(ctx, o, func(asked bool) bool {
		said = "changed"
		if asked {
			said = "asked"
		}
		return !w.refuses
	})
	return told
}

func TestRunTellsOfChanges(t *testing.T) {
	w := newWorld(t, "a", "b")
	nothing := func() {}
	w.deeds = []func(){
		nothing,
		func() { w.write("a", "second") },
		nothing,
		func() { w.write("b", "second") },
		func() { w.write("b", "second") },
		func() { w.t.Chdir(w.folder); _ = os.Remove("a") },
		nothing,
		func() { w.write("a", "second") },
		func() { w.write("a", "third") },
	}
	want := []string{"nothing", "nothing", "changed", "nothing", "changed", "nothing", "changed", "nothing", "nothing"}
	if diff := cmp.Diff(want, w.run(w.options())); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}

// Kubernetes swaps a link to the folder of links.
func TestRunSeesThroughLinks(t *testing.T) {
	w := newWorld(t)
	for _, version := range []string{"1", "2"} {
		if err := os.Mkdir(filepath.Join(w.folder, version), 0o700); err != nil {
			t.Fatal(err)
		}
		w.write(version+"/sigsync.yaml", "version "+version)
	}
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(w.folder, name)); err != nil {
			t.Error(err)
		}
	}
	link("1", "..data")
	link("..data/sigsync.yaml", "sigsync.yaml")
	w.files = []string{filepath.Join(w.folder, "sigsync.yaml")}
	w.deeds = []func(){func() {
		link("2", "..next")
		if err := os.Rename(filepath.Join(w.folder, "..next"), filepath.Join(w.folder, "..data")); err != nil {
			t.Error(err)
		}
	}, func() {}}
	if diff := cmp.Diff([]string{"nothing", "changed"}, w.run(w.options())); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}

func TestRunKnowsWhatWasRead(t *testing.T) {
	w := newWorld(t, "a")
	o := w.options()
	o.Seen = watch.Look(w.files...)
	w.write("a", "second") // after it was read, before it is watched
	w.deeds = []func(){func() {}, func() {}, func() {}}
	if diff := cmp.Diff([]string{"nothing", "changed", "nothing"}, w.run(o)); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}

func TestRunWatchesWhatIsNewOnTheList(t *testing.T) {
	w := newWorld(t, "a", "b")
	list := w.files
	w.files = list[:1]
	w.deeds = []func(){
		func() { w.write("b", "second") }, // not watched
		func() { w.files = list },         // new, and read by whoever put it there
		func() { w.write("b", "third") },  // watched
		func() {},
		func() { w.files = list[:1]; w.write("b", "fourth") },     // not any more
		func() { w.write("a", "second"); w.write("b", "fourth") }, // the other one still is
		func() {},
	}
	want := []string{"nothing", "nothing", "nothing", "changed", "nothing", "nothing", "changed"}
	if diff := cmp.Diff(want, w.run(w.options())); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}

func TestRunAnswersWhoAsks(t *testing.T) {
	w := newWorld(t, "a")
	w.deeds = []func(){func() { w.asked <- os.Interrupt }, func() {}}
	if diff := cmp.Diff([]string{"asked", "nothing"}, w.run(w.options())); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}

func TestRunEndsWithTheContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	w := newWorld(t, "a")
	w.write("a", "second")
	watch.Run(ctx, w.options(), func(bool) bool { t.Error("told after the end"); return true })
}

func TestRunBringsWhatIsRefusedAgain(t *testing.T) {
	w := newWorld(t, "a")
	w.refuses = true
	w.deeds = []func(){
		func() { w.write("a", "second") },
		func() {},
		func() {},
		func() { w.refuses = false },
		func() {},
	}
	want := []string{"nothing", "changed", "changed", "changed", "nothing"}
	if diff := cmp.Diff(want, w.run(w.options())); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}

// Somebody writes a file bit by bit.
func TestRunWaitsUntilAFileIsWritten(t *testing.T) {
	w := newWorld(t, "a")
	w.deeds = []func(){
		func() { w.write("a", "se") },
		func() { w.write("a", "seco") },
		func() { w.write("a", "second") },
		func() {},
		func() {},
	}
	want := []string{"nothing", "nothing", "nothing", "changed", "nothing"}
	if diff := cmp.Diff(want, w.run(w.options())); diff != "" {
		t.Errorf("told after each deed (-want +got):\n%s", diff)
	}
}
