package reconcile_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

// withReferrers turns the Referrers API of those repositories on.
func withReferrers(keys ...string) func(*emulator.Options) {
	return func(o *emulator.Options) {
		for i := range o.Repositories {
			o.Repositories[i].Referrers = slices.Contains(keys, o.Repositories[i].Key)
		}
	}
}

const attestPredicate = "https://slsa.dev/provenance/v1"

// bundled puts an image into dev, promotes it to prod, and signs it in dev as
// cosign 3 does.
func (w *world) bundled(path string, signers ...string) (image seed.Image, bundles []string) {
	image = seed.Push(w.tree(), dev, path, "1.0", path)
	for _, signer := range signers {
		bundles = append(bundles, w.refer(dev, seed.Bundle(dev, path, image.Digest, seed.SignPredicate, signer)))
	}
	seed.Promote(w.tree(), dev, path, "1.0", prod, path, "1.0")
	return image, bundles
}

// refer stores a referrer as a client leaves it: in a repository without the
// Referrers API with its index.
func (w *world) refer(repo string, r seed.Referrer) string {
	r.Repo = repo
	if w.has[repo] {
		return r.Push(w.tree())
	}
	made := r.Place(w.tree())
	key := repo + "/" + r.Image + "@" + r.Subject
	w.indexed[key] = append(w.indexed[key], made)
	seed.Fallback{Repo: repo, Image: r.Image, Subject: r.Subject, Referrers: w.indexed[key]}.Push(w.tree())
	return made
}

// discovered returns what a client finds at prod for a subject.
func (w *world) discovered(image, subject string) []string {
	w.t.Helper()
	digest, err := oci.ParseDigest(subject)
	if err != nil {
		w.t.Fatal(err)
	}
	in := repository.Image{Repository: prod, Path: image}
	list, supported, err := w.registry.Referrers(w.t.Context(), in, digest)
	if err == nil && !supported {
		var raw []byte
		if raw, err = w.registry.Manifest(w.t.Context(), in.In(cosign.FallbackTag(digest))); err == nil {
			var m oci.Manifest
			m, err = oci.ParseManifest(raw)
			list = m.Manifests
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	var found []string
	for _, d := range list {
		found = append(found, d.Digest.String())
	}
	slices.Sort(found)
	return found
}

// Every combination of a source and a target with and without the Referrers API.
func everyAPI(t *testing.T, test func(t *testing.T, w *world)) {
	for _, keys := range [][]string{{dev, prod}, {dev}, {prod}, {}} {
		t.Run("API of "+strings.Join(keys, " and "), func(t *testing.T) { test(t, newWorld(t, withReferrers(keys...), mayDelete)) })
	}
}

func TestABundleIsCopiedAndFoundAndThenNothing(t *testing.T) {
	everyAPI(t, func(t *testing.T, w *world) {
		image, bundles := w.bundled("team/app", "alice", "bob")
		r := w.sync()
		if r.Totals.Outcomes[report.Copied] != 2 || r.Run.ExitCode != 0 {
			t.Fatalf("sync = exit code %d, %v: %s, want 2 copied", r.Run.ExitCode, findings(r), reasons(r))
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(bundles)), w.discovered("team/app", image.Digest)); diff != "" {
			t.Errorf("referrers at the target (-want +got):\n%s", diff)
		}
		w.server.ResetLog()
		if r := w.sync(); len(w.writes()) != 0 || r.Run.ExitCode != 0 || len(findings(r)) != 0 {
			t.Errorf("the second run found %v: %s and wrote %v, want nothing", findings(r), reasons(r), w.writes())
		}
		w.options.Pairs[0].Search = plan.SearchAlways
		if r := w.audit(); r.Totals.States[plan.InSync] != 2 || r.Totals.States[plan.Unsigned] != 0 {
			t.Errorf("audit of everything = %v, %v, want 2 in sync", r.Totals.States, findings(r))
		}
	})
}

// The figures of docs/performance.md.
func TestWhatReferrersCost(t *testing.T) {
	requests := func(prepare func(*world), adjust ...func(*emulator.Options)) int {
		w := newWorld(t, adjust...)
		w.promoted(20)
		w.sync()
		prepare(w)
		before := w.requests()
		w.sync()
		return w.requests() - before
	}
	base := requests(func(w *world) { w.options.Pairs[0].Search = plan.SearchNever }, withReferrers(dev, prod))
	bundle := func(w *world) { w.bundled("new/app", "alice") }
	three := func(w *world) { w.bundled("new/app", "alice", "bob", "carol") }
	update := func(w *world) {
		w.diverge("new/app", []string{"a", "b"}, []string{"a"})
		w.options.Pairs[0].Difference = plan.DifferenceUpdate
	}
	for name, c := range map[string]struct{ got, most int }{
		"an estate without referrers":                {requests(func(*world) {}, withReferrers(dev, prod)), 0},
		"a missing bundle":                           {requests(bundle, withReferrers(dev, prod)), 8},
		"a missing bundle, and a target without API": {requests(bundle, withReferrers(dev)), 11},
		"three missing bundles of an image":          {requests(three, withReferrers(dev, prod)), 25},
		"three such, and a target without API":       {requests(three, withReferrers(dev)), 25},
		"a bundle that both sides have":              {requests(func(w *world) { bundle(w); w.sync() }, withReferrers(dev, prod)), 1},
		"the update of a set of two equal layers":    {requests(update, mayDelete), 12},
	} {
		if c.got-base > c.most {
			t.Errorf("%s took %d requests more, want at most %d", name, c.got-base, c.most)
		}
	}
}

// Whatever a listing says of a referrer, its manifest is asked.
func TestLyingListsMisleadNobody(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), func(o *emulator.Options) { o.Quirks.LyingReferrers = true })
	image, _ := w.bundled("team/app", "alice")
	w.refer(dev, seed.Bundle(dev, "team/app", image.Digest, attestPredicate, "alice"))
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.sync()
	want := []string{"team/app signature missing copied", "team/app attestation missing copied"}
	if diff := cmp.Diff(want, findings(r)); diff != "" {
		t.Errorf("findings (-want +got):\n%s\n%s", diff, reasons(r))
	}
}

func TestAReferrerThatIsNotListedIsRepaired(t *testing.T) {
	everyAPI(t, func(t *testing.T, w *world) {
		image, bundles := w.bundled("team/app", "alice")
		b := seed.Bundle(prod, "team/app", image.Digest, seed.SignPredicate, "alice")
		if got := b.Place(w.tree()); got != bundles[0] {
			t.Fatalf("the same bundle has another digest in prod: %s, %s", got, bundles[0])
		}
		w.options.Pairs[0].Search = plan.SearchAlways
		if diff := cmp.Diff([]string{"team/app signature partial repaired"}, findings(w.sync())); diff != "" {
			t.Fatalf("findings (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(bundles, w.discovered("team/app", image.Digest)); diff != "" {
			t.Errorf("referrers at the target (-want +got):\n%s", diff)
		}
	})
}

// Where the target keeps its indexes itself, the next run needs no more than
// the listings to see that one was not written.
func TestACrashBetweenManifestAndIndexIsMended(t *testing.T) {
	for _, keys := range [][]string{{dev}, {}} {
		t.Run("API of "+strings.Join(keys, ""), func(t *testing.T) {
			w := newWorld(t, withReferrers(keys...), mayDelete)
			image, bundles := w.bundled("team/app", "alice")
			other, more := w.bundled("team/app", "bob") // the same image: one subject with two referrers
			w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
				if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/sha256-") {
					return answer(http.StatusBadGateway, "text/html", "<html>down</html>")
				}
				return nil
			}))
			if r := w.sync(); r.Totals.Outcomes[report.Failed] != 2 {
				t.Fatalf("findings = %v: %s, want 2 failed", findings(r), reasons(r))
			}
			w.server.SetIntercept(nil)
			if r := w.sync(); r.Totals.Outcomes[report.Repaired] != 2 || r.Run.ExitCode != 0 {
				t.Fatalf("findings = %v: %s, want 2 repaired", findings(r), reasons(r))
			}
			want := slices.Sorted(slices.Values(append(bundles, more...)))
			if diff := cmp.Diff(want, w.discovered("team/app", image.Digest)); diff != "" || other.Digest != image.Digest {
				t.Errorf("referrers at the target (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheTargetsOwnIndexKeepsItsEntries(t *testing.T) {
	w := newWorld(t, withReferrers(dev), mayDelete)
	image, bundles := w.bundled("team/app", "alice")
	theirs := w.refer(prod, seed.Bundle(prod, "team/app", image.Digest, seed.SignPredicate, "prod's own"))
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 || r.Run.ExitCode != 0 {
		t.Fatalf("findings = %v: %s, want 1 copied", findings(r), reasons(r))
	}
	want := slices.Sorted(slices.Values(append(bundles, theirs)))
	if diff := cmp.Diff(want, w.discovered("team/app", image.Digest)); diff != "" {
		t.Errorf("referrers at the target (-want +got):\n%s", diff)
	}
}

// A target without the Referrers API gets one index for all that comes to a
// subject: writing it again would take the right to delete.
func TestReferrersOfOneSubjectAreEnteredTogether(t *testing.T) {
	w := newWorld(t, withReferrers(dev))
	image, bundles := w.bundled("team/app", "alice", "bob")
	bundles = append(bundles, w.refer(dev, seed.Bundle(dev, "team/app", image.Digest, attestPredicate, "alice")))
	bundles = append(bundles, w.refer(dev, seed.Bundle(dev, "team/app", bundles[0], seed.SignPredicate, "alice"))) // of another subject
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 4 || r.Run.ExitCode != 0 {
		t.Fatalf("findings = %v: %s, want 4 copied", findings(r), reasons(r))
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(bundles[:3])), w.discovered("team/app", image.Digest)); diff != "" {
		t.Errorf("referrers at the target (-want +got):\n%s", diff)
	}
	indexes := 0
	for _, path := range w.writes() {
		if strings.Contains(path, "/manifests/sha256-") {
			indexes++
		}
	}
	if indexes != 2 {
		t.Errorf("%d indexes were written, want one for each of two subjects", indexes)
	}
}

// What could not be entered did not come, all of it.
func TestReferrersThatAreNotEnteredFailTogether(t *testing.T) {
	w := newWorld(t, withReferrers(dev))
	image, _ := w.bundled("team/app", "alice", "bob")
	w.refer(prod, seed.Bundle(prod, "team/app", image.Digest, seed.SignPredicate, "prod's own"))
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 2 || len(w.discovered("team/app", image.Digest)) != 1 {
		t.Errorf("findings = %v: %s, want 2 failed and what was there", findings(r), reasons(r))
	}
}

// Artifactory takes replacing a tag for deleting it.
func TestAnIndexThatMayNotBeReplacedIsLoud(t *testing.T) {
	w := newWorld(t, withReferrers(dev))
	image, _ := w.bundled("team/app", "alice")
	theirs := w.refer(prod, seed.Bundle(prod, "team/app", image.Digest, seed.SignPredicate, "prod's own"))
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 || !strings.Contains(reasons(r), "delete") {
		t.Errorf("findings = %v: %s, want 1 failed for want of the right to delete", findings(r), reasons(r))
	}
	if diff := cmp.Diff([]string{theirs}, w.discovered("team/app", image.Digest)); diff != "" {
		t.Errorf("referrers at the target (-want +got):\n%s", diff)
	}
}

func TestASelfTagIsNeverTouched(t *testing.T) {
	for name, tagged := range map[string]func(w *world, image seed.Image){
		"an image": func(w *world, image seed.Image) {
			seed.Promote(w.tree(), prod, image.Path, "1.0", prod, image.Path, strings.Replace(image.Digest, ":", "-", 1))
		},
		"an index of others' referrers": func(w *world, image seed.Image) {
			other := seed.Push(w.tree(), prod, image.Path, "2.0", "other")
			made := seed.Bundle(prod, image.Path, other.Digest, seed.SignPredicate, "x").Place(w.tree())
			seed.Fallback{Repo: prod, Image: image.Path, Subject: image.Digest, Referrers: []string{made}}.Push(w.tree())
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withReferrers(dev), mayDelete)
			image, _ := w.bundled("team/app", "alice")
			tagged(w, image)
			r := w.sync()
			if r.Totals.Outcomes[report.Failed] != 1 || !strings.Contains(reasons(r), "is left alone") {
				t.Errorf("findings = %v: %s, want 1 failed, and the tag left alone", findings(r), reasons(r))
			}
			for _, path := range w.writes() {
				if strings.Contains(path, "/manifests/sha256-") {
					t.Errorf("the tag was written to: %s", path)
				}
			}
		})
	}
}

func TestFamiliesOfReferrers(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	image, _ := w.bundled("team/app", "alice")
	in := func(r seed.Referrer) string { return w.refer(dev, r) }
	in(seed.Bundle(dev, "team/app", image.Digest, attestPredicate, "alice"))
	in(seed.Artifact(dev, "team/app", image.Digest, "alice"))
	in(seed.Notation(w.tree(), dev, "team/app", image.Digest, "alice"))
	sbom := in(seed.Referrer{Image: "team/app", Subject: image.Digest, ArtifactType: "application/spdx+json", Content: []byte("{}")})
	in(seed.Referrer{Image: "team/app", Subject: image.Digest, ArtifactType: "application/vnd.scan", Content: []byte("none found")})
	in(seed.Bundle(dev, "team/app", sbom, seed.SignPredicate, "alice"))
	w.options.Pairs[0].Families = cosign.Families()
	r := w.sync()
	want := map[cosign.Family]int{cosign.Signature: 4, cosign.Attestation: 1, cosign.SBOM: 1, cosign.Other: 1}
	got := map[cosign.Family]int{}
	for _, f := range r.Pairs[0].Findings {
		if f.Outcome == report.Copied {
			got[f.Family]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || r.Run.ExitCode != 0 {
		t.Errorf("copied by family (-want +got):\n%s\n%v %s", diff, findings(r), reasons(r))
	}
	if n := len(w.discovered("team/app", image.Digest)); n != 6 {
		t.Errorf("the target lists %d referrers of the image, want 6", n)
	}
	if n := len(w.discovered("team/app", sbom)); n != 1 {
		t.Errorf("the target lists %d referrers of the SBOM, want 1", n)
	}
}

func TestAReferrerOfAnotherSubjectStaysBehind(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	image, _ := w.bundled("team/app")
	other := seed.Push(w.tree(), dev, "team/app", "2.0", "other")
	b := seed.Bundle(dev, "team/app", other.Digest, seed.SignPredicate, "alice")
	b.Subject = image.Digest // the manifest claims what its content does not
	w.refer(dev, b)
	r := w.sync()
	if diff := cmp.Diff([]string{"team/app signature suspect none"}, findings(r)); diff != "" || len(w.writes()) != 0 {
		t.Errorf("findings (-want +got):\n%s\nwrote %v", diff, w.writes())
	}
}

func TestTheLonelyAttestationIsHeld(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	image, _ := w.bundled("team/app")
	seed.Sign(w.tree(), dev, "team/app", image.Digest, "alice")
	w.refer(dev, seed.Bundle(dev, "team/app", image.Digest, attestPredicate, "alice"))
	r := w.sync()
	want := []string{"team/app signature missing copied", "team/app attestation missing held"}
	if diff := cmp.Diff(want, findings(r)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s\n%s", diff, reasons(r))
	}
	// A signature bundle that both sides have counts, though the listings do not tell it from others.
	b := seed.Bundle(dev, "team/app", image.Digest, seed.SignPredicate, "alice")
	w.refer(dev, b)
	w.refer(prod, b)
	r = w.sync()
	if diff := cmp.Diff([]string{"team/app attestation missing copied"}, findings(r)); diff != "" {
		t.Errorf("findings with a signature bundle on both sides (-want +got):\n%s\n%s", diff, reasons(r))
	}
}

// Only 404 says that there is nothing.
func TestWhatCannotBeAskedIsUnknown(t *testing.T) {
	for name, handler := range map[string]http.Handler{
		"403":  answer(http.StatusForbidden, "application/json", `{"errors":[{"code":"DENIED","message":"no"}]}`),
		"page": answer(http.StatusOK, "text/html", "<html>maintenance</html>"),
		"503":  answer(http.StatusServiceUnavailable, "text/plain", "down"),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withReferrers(dev, prod))
			w.bundled("team/app", "alice")
			w.options.FailOn = []plan.State{plan.Unknown}
			w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
				if strings.Contains(r.URL.Path, "/dev/") {
					return handler
				}
				return nil
			}))
			r := w.sync()
			if r.Run.ExitCode != report.ExitLeft || r.Totals.States[plan.Unsigned] != 0 || len(w.writes()) != 0 {
				t.Errorf("sync = exit code %d, %v: %s, want unknown and nothing written", r.Run.ExitCode, findings(r), reasons(r))
			}
		})
	}
}

// Whether a bundle is a signature, only its content tells. What cannot be read
// is neither "unsigned" nor somebody else's.
func TestABundleThatCannotBeReadIsUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		search plan.Search
		refuse func(w *world, bundle string)
	}{
		"its blob is refused": {plan.SearchAuto, func(w *world, _ string) {
			w.server.SetIntercept(only("blob", func(*http.Request) http.Handler { return answer(http.StatusForbidden, "text/plain", "no") }))
		}},
		"its blob is not there": {plan.SearchAuto, func(w *world, bundle string) {
			for _, i := range w.tree().Children(dev, "team/app/"+bundle) {
				if i.Name() != "manifest.json" && i.Size > 2 {
					w.tree().Delete(dev, i.Path)
				}
			}
		}},
		"its manifest is refused": {plan.SearchAlways, func(w *world, bundle string) {
			w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
				if strings.HasSuffix(r.URL.Path, bundle) {
					return answer(http.StatusForbidden, "text/plain", "no")
				}
				return nil
			}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withReferrers(dev, prod))
			_, bundles := w.bundled("team/app", "alice")
			c.refuse(w, bundles[0])
			w.options.Pairs[0].Search = c.search
			w.options.FailOn = []plan.State{plan.Unknown}
			r := w.sync()
			if r.Run.ExitCode != report.ExitLeft || r.Totals.States[plan.Unsigned] != 0 || r.Totals.States[plan.Unknown] == 0 || len(w.writes()) != 0 {
				t.Errorf("sync = exit code %d, %v: %s, want unknown and nothing written", r.Run.ExitCode, findings(r), reasons(r))
			}
		})
	}
}

func TestTheReferrersAPIThatFailsIsUnknown(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	w.bundled("team/app", "alice")
	w.options.Pairs[0].Search = plan.SearchAlways
	w.server.SetIntercept(only("referrers", func(*http.Request) http.Handler {
		return answer(http.StatusUnauthorized, "application/json", `{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}`)
	}))
	r := w.audit()
	if r.Totals.States[plan.Unknown] == 0 || r.Totals.States[plan.Unsigned] != 0 {
		t.Errorf("audit = %v, want unknown and not unsigned", findings(r))
	}
}

func TestAChainCarriesBundlesAllTheWay(t *testing.T) {
	w := newWorld(t, withReferrers(dev, stage))
	image, bundles := w.bundled("team/app", "alice")
	seed.Promote(w.tree(), prod, "team/app", "1.0", stage, "team/app", "1.0")
	w.options.Pairs = []reconcile.Pair{pair(dev, stage), pair(stage, prod)}
	if r := w.audit(); r.Totals.Outcomes[report.Planned] != 2 {
		t.Errorf("audit = %v: %s, want 2 planned", findings(r), reasons(r))
	}
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 2 || r.Run.ExitCode != 0 {
		t.Errorf("sync = %v: %s, want 2 copied", findings(r), reasons(r))
	}
	if diff := cmp.Diff(bundles, w.discovered("team/app", image.Digest)); diff != "" {
		t.Errorf("referrers at the end of the chain (-want +got):\n%s", diff)
	}
}

// In an image with very many manifests that are not promoted, asking is cheaper than reading.
func TestTheCheaperWayIsTaken(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	for n := range 30 {
		other := seed.Push(w.tree(), dev, "team/app", fmt.Sprintf("0.%d", n), fmt.Sprint("old", n))
		w.refer(dev, seed.Bundle(dev, "team/app", other.Digest, seed.SignPredicate, "alice"))
	}
	w.bundled("team/app", "alice")
	before := w.requests()
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
		t.Fatalf("findings = %v: %s, want 1 copied", findings(r), reasons(r))
	}
	if got := w.requests() - before; got > 20 {
		t.Errorf("a bundle among those of 30 images that were not promoted took %d requests, want at most 20", got)
	}
}

func TestAMemoryTellsWhatIsSignedAtNoCost(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	w.bundled("team/app", "alice")
	seed.Push(w.tree(), prod, "team/app", "2.0", "unsigned")
	w.sync()
	if r := w.audit(); r.Pairs[0].Unread != 2 || r.Totals.States[plan.Unsigned] != 0 {
		t.Errorf("without a memory: unread %d, %v, want 2 of which nothing is said", r.Pairs[0].Unread, findings(r))
	}
	w.options.Memory = memory{&sync.Map{}}
	for run, most := range []int{100, 0} {
		before := w.requests()
		r := w.audit()
		if diff := cmp.Diff([]string{"team/app signature unsigned none"}, findings(r)); diff != "" || r.Pairs[0].Unread != 0 {
			t.Errorf("with a memory (-want +got):\n%s", diff)
		}
		if run == 0 {
			continue
		}
		w.options.Memory = nil
		between := w.requests()
		w.audit()
		if base := w.requests() - between; between-before-base > most {
			t.Errorf("the second run with a memory took %d requests, and one without %d", between-before, base)
		}
	}
}

// memory is a reconcile.Memory for runs of one process, one after the other.
type memory struct{ kept *sync.Map }

func (m memory) Recall(d oci.Digest) []byte {
	found, _ := m.kept.Load(d)
	kept, _ := found.([]byte)
	return kept
}

func (m memory) Keep(d oci.Digest, what []byte) { m.kept.Store(d, what) }
