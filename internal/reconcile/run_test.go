package reconcile_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// promoted puts n signed images into dev and promotes them to prod without
// their signatures.
func (w *world) promoted(n int) []seed.Image {
	images := make([]seed.Image, n)
	for i := range images {
		path := fmt.Sprintf("team/app%d", i)
		images[i] = seed.Push(w.tree(), dev, path, "1.0", path)
		seed.Sign(w.tree(), dev, path, images[i].Digest, "key")
		seed.Promote(w.tree(), dev, path, "1.0", prod, path, "1.0")
	}
	return images
}

func TestSyncCopiesWhatIsMissingAndThenNothing(t *testing.T) {
	w := newWorld(t)
	w.promoted(3)
	first := w.sync()
	if got := first.Totals.Outcomes[report.Copied]; got != 3 || first.Run.ExitCode != 0 {
		t.Fatalf("first run copied %d with exit code %d, want 3 and 0: %v", got, first.Run.ExitCode, findings(first))
	}
	if got := first.Requests.Total; got > 3*3+10 {
		t.Errorf("first run took %d requests for 3 signatures of 3 files, want at most 19", got)
	}
	w.server.ResetLog()
	second := w.sync()
	if got := second.Totals.States[plan.InSync]; got != 3 || len(w.writes()) != 0 {
		t.Errorf("second run found %d in sync and wrote %v, want 3 and nothing", got, w.writes())
	}
}

func TestAuditWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.promoted(2)
	w.options.FailOn = []plan.State{plan.Missing}
	r := w.audit()
	if r.Run.ExitCode != report.ExitLeft || r.Totals.Outcomes[report.Planned] != 2 || r.Run.Mode != report.ModeAudit {
		t.Errorf("audit = %+v %v, want exit code 3 and 2 planned", r.Run, r.Totals.Outcomes)
	}
	if len(w.writes()) != 0 {
		t.Errorf("audit wrote %v", w.writes())
	}
}

func TestRequestsDoNotGrowWithWhatExists(t *testing.T) {
	w := newWorld(t)
	w.promoted(50)
	w.sync()
	before := w.client.Requests().Total
	w.sync()
	if got := w.client.Requests().Total - before; got > 8 {
		t.Errorf("a run with nothing missing took %d requests, want at most 8", got)
	}
}

func TestOrderOfCopies(t *testing.T) {
	w := newWorld(t)
	index := seed.PushIndex(w.tree(), dev, "app", "1.0", "salt", 3)
	for _, subject := range append([]seed.Image{index}, index.Children...) {
		seed.Sign(w.tree(), dev, "app", subject.Digest, "key")
		seed.Attest(w.tree(), dev, "app", subject.Digest, "{}")
	}
	seed.Promote(w.tree(), dev, "app", "1.0", prod, "app", "1.0")
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 8 {
		t.Fatalf("copied %v, want 8", r.Totals.Outcomes)
	}
	writes := w.writes()
	position := func(digest, suffix, file string) int {
		return slices.IndexFunc(writes, func(p string) bool {
			return strings.Contains(p, strings.Replace(digest, ":", "-", 1)+suffix+"/"+file)
		})
	}
	last := func(digest, suffix, file string) int {
		n := -1
		for i, p := range writes {
			if strings.Contains(p, strings.Replace(digest, ":", "-", 1)+suffix+"/"+file) {
				n = i
			}
		}
		return n
	}
	for _, child := range index.Children {
		if last(child.Digest, ".att", "manifest.json") > position(index.Digest, ".sig", "") {
			t.Error("the index's signature was copied before all of a child's attachments")
		}
	}
	for _, subject := range append([]seed.Image{index}, index.Children...) {
		if last(subject.Digest, ".sig", "sha256__") > position(subject.Digest, ".sig", "manifest.json") {
			t.Error("a manifest was copied before its blobs")
		}
		if position(subject.Digest, ".sig", "manifest.json") > position(subject.Digest, ".att", "") {
			t.Error("an attestation was copied before the signature")
		}
	}
}

func TestChainInOneRun(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	seed.Promote(w.tree(), prod, image.Path, "1.0", stage, image.Path, "1.0")
	w.options.Pairs = []reconcile.Pair{pair(dev, prod), pair(prod, stage)}
	audit := w.audit()
	want := []string{"team/app0 signature missing planned", "team/app0 signature missing planned"}
	if diff := cmp.Diff(want, findings(audit)); diff != "" {
		t.Errorf("audit of a chain (-want +got):\n%s", diff)
	}
	w.server.ResetLog()
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 2 || r.Run.ExitCode != 0 {
		t.Errorf("sync of a chain = %v, want 2 copied", findings(r))
	}
	if got := w.server.Counts()["aql"]; got != 3+2*2 {
		t.Errorf("sync of a chain of three repositories took %d queries, want 3 and 2 for each pair that copies", got)
	}
}

func TestOneBadPairDoesNotStopTheOthers(t *testing.T) {
	for _, c := range []struct {
		name, source, target, says string
	}{
		{"unknown repository", "nowhere", prod, "source nowhere: does not exist on server main"},
		{"package type", dev, "oci", "both must be docker, or both oci"},
		{"not docker", "generic", prod, `holds "generic" packages`},
		{"unreadable", "closed", prod, "source closed: cannot be read; grant this account Read on it"},
		{"virtual source", "virtual", prod, "is a virtual repository, which may hide"},
		{"virtual without deployment", dev, "hollow", "without a default deployment repository"},
		{"remote target", dev, "remote", "is a remote repository, which nothing can be copied to"},
		{"virtual back to the source", dev, "virtualdev", "are the same repository dev"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(o *emulator.Options) {
				o.Repositories = append(o.Repositories,
					emulator.Repository{Key: "oci", PackageType: "oci"}, emulator.Repository{Key: "generic", PackageType: "generic"},
					emulator.Repository{Key: "closed"}, emulator.Repository{Key: "remote", Class: emulator.Remote},
					emulator.Repository{Key: "virtual", Class: emulator.Virtual, Members: []string{dev, prod}, DefaultDeployment: prod},
					emulator.Repository{Key: "virtualdev", Class: emulator.Virtual, Members: []string{dev}, DefaultDeployment: dev},
					emulator.Repository{Key: "hollow", Class: emulator.Virtual, Members: []string{dev}})
				// Admins see where a virtual repository deploys to; others may not.
				o.Users[0].Admin = c.name != "unreadable"
				o.Users[0].Permissions = []access.Permission{
					{Repositories: []string{dev, prod, stage, "oci", "generic"}, Rights: access.Read | access.Deploy},
				}
			})
			w.promoted(1)
			w.options.Pairs = []reconcile.Pair{pair(c.source, c.target), pair(dev, prod)}
			r := w.sync()
			if r.Run.ExitCode != report.ExitFailed || !strings.Contains(r.Pairs[0].Error, c.says) {
				t.Errorf("exit code %d, error %q, want 1 and %q", r.Run.ExitCode, r.Pairs[0].Error, c.says)
			}
			if r.Pairs[1].Error != "" || r.Totals.Outcomes[report.Copied] != 1 {
				t.Errorf("the other pair: %q, %v, want it done", r.Pairs[1].Error, findings(r))
			}
		})
	}
}

func TestVirtualTargetAndRemoteSource(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) {
		o.Repositories = append(o.Repositories,
			emulator.Repository{Key: "virtual", Class: emulator.Virtual, Members: []string{prod}, DefaultDeployment: prod},
			emulator.Repository{Key: "remote", Class: emulator.Remote})
		o.Users[0].Admin = true
	})
	image := seed.Push(w.tree(), "remote-cache", "app", "1.0", "x")
	seed.Sign(w.tree(), "remote-cache", "app", image.Digest, "key")
	seed.Promote(w.tree(), "remote-cache", "app", "1.0", prod, "app", "1.0")
	w.options.Pairs = []reconcile.Pair{pair("remote", "virtual")}
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
		t.Fatalf("findings = %v, %s, want 1 copied", findings(r), reasons(r))
	}
	if r := w.sync(); r.Totals.States[plan.InSync] != 1 {
		t.Errorf("second run: %v, want in sync", r.Totals.States)
	}
}

func TestSelectionNarrowsTheQuery(t *testing.T) {
	w := newWorld(t)
	w.promoted(12)
	w.options.Images = []string{"team/app1"}
	queries := w.queried()
	r := w.sync()
	for _, text := range *queries {
		if !strings.Contains(text, `"team/app1/*"`) {
			t.Errorf("a query is not narrowed to the image: %s", text)
		}
	}
	want := []string{"team/app1 signature missing copied"}
	if diff := cmp.Diff(want, findings(r)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if r.Totals.Subjects != 1 {
		t.Errorf("subjects = %d, want 1", r.Totals.Subjects)
	}
}

func TestIncludeAndExclude(t *testing.T) {
	w := newWorld(t)
	w.promoted(4)
	w.options.Pairs[0].Include = []string{"team/app{0,1,2}"}
	w.options.Pairs[0].Exclude = []string{"**/app1"}
	want := []string{"team/app0 signature missing copied", "team/app2 signature missing copied"}
	if diff := cmp.Diff(want, findings(w.sync())); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestLimit(t *testing.T) {
	w := newWorld(t)
	w.promoted(5)
	w.options.Limit = 2
	w.options.FailOn = []plan.State{plan.Missing}
	if r := w.audit(); r.Totals.Outcomes[report.Planned] != 2 || r.Totals.Outcomes[report.Held] != 3 {
		t.Errorf("audit with a limit of 2: %v", r.Totals.Outcomes)
	}
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 2 || r.Totals.Outcomes[report.Held] != 3 || r.Run.ExitCode != report.ExitLeft {
		t.Errorf("sync with a limit of 2: %v, exit code %d", r.Totals.Outcomes, r.Run.ExitCode)
	}
}

func TestMatchByDigestFollowsARename(t *testing.T) {
	w := newWorld(t)
	image := seed.Push(w.tree(), dev, "team/app", "1.0", "x")
	seed.Sign(w.tree(), dev, "team/app", image.Digest, "key")
	seed.Promote(w.tree(), dev, "team/app", "1.0", prod, "released/app", "2026")
	if r := w.audit(); r.Totals.States[plan.Unsigned] != 1 {
		t.Errorf("by path: %v, want unsigned", findings(r))
	}
	w.options.Pairs[0].Match = plan.MatchDigest
	w.options.Images = []string{"released/*"}
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("by digest: %v, want 1 copied", findings(r))
	}
}

func TestInterruptBeforeTheRun(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := reconcile.Run(ctx, w.options)
	if r.Run.ExitCode != report.ExitInterrupted || len(w.writes()) != 0 {
		t.Errorf("exit code = %d, writes %v, want 130 and none", r.Run.ExitCode, w.writes())
	}
}
