package reconcile_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	logs "github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// keeping makes prod keep that many tags of an image, which the account is shown.
func keeping(tags int) func(*emulator.Options) {
	return func(o *emulator.Options) {
		o.Users[0].Admin = true
		o.Repositories[2].MaxUniqueTags = tags
	}
}

// logged has the world's runs logged.
func (w *world) logged() *logs.Hook {
	log, hook := logs.NewNullLogger()
	log.SetLevel(logrus.DebugLevel)
	w.options.Log = log
	return hook
}

// says tells whether a line of that level has the text.
func says(hook *logs.Hook, level logrus.Level, text string) bool {
	for _, e := range hook.AllEntries() {
		if e.Level == level && strings.Contains(e.Message, text) {
			return true
		}
	}
	return false
}

const evicts = "target prod keeps 3 tags of an image at the most (maxUniqueTags), and the plan has 3 new tags in 2 images: " +
	"the server may remove older tags for them, images among them"

func TestTagsThatMayPushOutImagesAreRefused(t *testing.T) {
	w := newWorld(t, keeping(3))
	images := w.promoted(2)
	seed.Attest(w.tree(), dev, images[0].Path, images[0].Digest, "{}")
	seed.Promote(w.tree(), dev, images[0].Path, "1.0", stage, images[0].Path, "1.0")
	w.options.Pairs = []reconcile.Pair{pair(dev, prod), pair(dev, stage)}
	for mode, run := range map[string]func() *report.Report{"audit": w.audit, "sync": w.sync} {
		r := run()
		want := evicts + ". Have maxUniqueTags of the repository set to 0, or set limits.allow_tag_eviction: true"
		if r.Pairs[0].Error != want || r.Run.ExitCode != report.ExitFailed {
			t.Errorf("%s = exit code %d, %q, want 1 and %q", mode, r.Run.ExitCode, r.Pairs[0].Error, want)
		}
	}
	if there := w.attachments(prod); len(there) > 0 || len(w.attachments(stage)) != 2 {
		t.Errorf("prod has %v and stage %v, want none and two", there, w.attachments(stage))
	}
	hook := w.logged()
	w.options.Limits.AllowTagEviction = true
	w.server.ResetLog()
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 3 || !says(hook, logrus.WarnLevel, evicts+"; limits.allow_tag_eviction allows it") {
		t.Errorf("sync that may = %v, %q, want 3 copied and a warning", findings(r), r.Pairs[0].Error)
	}
}

// What makes no tag pushes nothing out.
func TestWhatMakesNoTagGoesOn(t *testing.T) {
	t.Run("an update", func(t *testing.T) {
		w := newWorld(t, keeping(3), mayDelete)
		w.diverge("app", []string{"a", "b"}, []string{"a"})
		w.options.Pairs[0].Difference = plan.DifferenceUpdate
		if r := w.sync(); r.Totals.Outcomes[report.Updated] != 1 || r.Pairs[0].Error != "" {
			t.Errorf("sync = %v, %q, want 1 updated", findings(r), r.Pairs[0].Error)
		}
	})
	t.Run("a repair", func(t *testing.T) {
		w := newWorld(t, keeping(3))
		image := w.promoted(1)[0]
		at := image.Path + "/" + sigTag(image.Digest)
		seed.Promote(w.tree(), dev, image.Path, sigTag(image.Digest), prod, image.Path, sigTag(image.Digest))
		for _, file := range w.tree().Children(prod, at) {
			if file.Name() != "manifest.json" {
				w.tree().Delete(prod, file.Path)
			}
		}
		if r := w.sync(); r.Totals.Outcomes[report.Repaired] != 1 || r.Pairs[0].Error != "" {
			t.Errorf("sync of a manifest without blobs = %v, %q, want 1 repaired", findings(r), r.Pairs[0].Error)
		}
		w.tree().Delete(prod, at+"/manifest.json")
		if r := w.sync(); r.Pairs[0].Error == "" {
			t.Errorf("sync of blobs without a manifest = %v, want a refusal: it makes a tag", findings(r))
		}
	})
	t.Run("a repository that keeps all tags", func(t *testing.T) {
		w := newWorld(t, keeping(0), mayDelete)
		w.promoted(1)
		if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
			t.Errorf("sync = %v, %q, want 1 copied", findings(r), r.Pairs[0].Error)
		}
	})
	t.Run("referrers", func(t *testing.T) {
		w := newWorld(t, keeping(3), withReferrers(dev, prod))
		w.bundled("team/app", "alice", "bob")
		if r := w.sync(); r.Totals.Outcomes[report.Copied] != 2 || r.Pairs[0].Error != "" {
			t.Errorf("sync = %v, %q, want 2 copied", findings(r), r.Pairs[0].Error)
		}
	})
}

// The referrers of an image share one index, whose tag counts.
func TestTheTagOfAReferrersIndexCounts(t *testing.T) {
	w := newWorld(t, keeping(3), withReferrers(dev))
	w.bundled("team/app", "alice", "bob")
	if r := w.sync(); !strings.Contains(r.Pairs[0].Error, "the plan has 1 new tag in 1 image:") {
		t.Errorf("sync = %v, %q, want a refusal", findings(r), r.Pairs[0].Error)
	}
	w.options.Limits.AllowTagEviction = true
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 2 {
		t.Errorf("sync that may = %v, %q, want 2 copied", findings(r), r.Pairs[0].Error)
	}
	w.options.Limits.AllowTagEviction = false
	w.bundled("team/app", "alice", "bob", "carol")
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 || r.Pairs[0].Error != "" {
		t.Errorf("sync where the index is there = %v, %q, want 1 copied", findings(r), r.Pairs[0].Error)
	}
}

func TestWhetherReferrersMakeTagsMustBeKnown(t *testing.T) {
	w := newWorld(t, keeping(3), withReferrers(dev, prod))
	w.bundled("team/app", "alice")
	w.server.SetIntercept(only("referrers", func(r *http.Request) http.Handler {
		if strings.Contains(r.URL.Path, "/"+prod+"/") {
			return answer(http.StatusServiceUnavailable, "text/plain", "not now")
		}
		return nil
	}))
	if r := w.sync(); r.Run.ExitCode != report.ExitFailed || !strings.Contains(r.Pairs[0].Error, "whether referrers make tags in target prod could not be told") {
		t.Errorf("sync = exit code %d, %v, %q, want a refusal", r.Run.ExitCode, findings(r), r.Pairs[0].Error)
	}
}

// An account that is no administrator's is not shown the setting.
func TestALimitThatIsNotShownIsToldOf(t *testing.T) {
	const text = "this account is not shown whether target prod keeps a limited number of tags (maxUniqueTags): if it does, 1 new tag in 1 image may push out"
	w := newWorld(t)
	w.promoted(1)
	hook := w.logged()
	requests := w.requests()
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 || !says(hook, logrus.InfoLevel, text) {
		t.Errorf("sync = %v, %q, want 1 copied and a line about it", findings(r), r.Pairs[0].Error)
	}
	unaware := w.requests() - requests
	hook.Reset()
	if w.sync(); says(hook, logrus.InfoLevel, "maxUniqueTags") {
		t.Error("a run that writes nothing speaks of maxUniqueTags")
	}
	aware := newWorld(t, keeping(3))
	aware.promoted(1)
	aware.options.Limits.AllowTagEviction = true
	aware.sync()
	if got := aware.requests(); got != unaware {
		t.Errorf("a run that knows the limit took %d requests, want %d as without", got, unaware)
	}
}

// attachments returns the paths of the manifests of attachments in a repository.
func (w *world) attachments(repo string) []string {
	var paths []string
	w.tree().Walk(repo, "", func(i tree.Item) bool {
		if i.Name() == "manifest.json" && strings.Contains(i.Path, "/sha256-") {
			paths = append(paths, i.Path)
		}
		return true
	})
	return paths
}
