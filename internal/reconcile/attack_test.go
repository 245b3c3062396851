package reconcile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

func admin(o *emulator.Options) { o.Users[0].Admin = true }

func (w *world) drop(repo, folder string, d oci.Digest) {
	w.t.Helper()
	path := folder + "/sha256__" + d.Hex()
	if !w.tree().Delete(repo, path) {
		w.t.Fatalf("nothing at %s/%s", repo, path)
	}
}

// A repair through the registry API puts the source's manifest in the place of the target's.
func TestRepairShrinks(t *testing.T) {
	w := newWorld(t, mayDelete)
	image := w.diverge("app", []string{"a", "c"}, []string{"a", "b"})
	before := w.set(prod, "app", image.Digest)
	w.drop(prod, "app/"+sigTag(image.Digest), before[0].Digest)
	w.options.Pairs[0].Transport = reconcile.TransportRegistry
	w.sync()
	now := w.set(prod, "app", image.Digest)
	if !now.Contains(before) {
		t.Errorf("difference: report took %v for %v", before, now)
	}
}

// From a plain registry, whose blobs are not listed, any differing manifest does.
func TestRepairFromPlainShrinks(t *testing.T) {
	w := newWorld(t, mayDelete)
	image := w.diverge("app", []string{"a"}, []string{"a", "b"}) // the target is ahead
	p := newPlain(t, false)
	w.joins("plain", p)
	here := repository.Image{Repository: dev, Path: "app"}
	p.mirror(w.registry, here, repository.Image{Repository: "mirror", Path: "app"}, "1.0", sigTag(image.Digest))
	before := w.set(prod, "app", image.Digest)
	raw, _ := w.registry.Manifest(t.Context(), repository.Image{Repository: prod, Path: "app"}.In(sigTag(image.Digest)))
	m, _ := oci.ParseManifest(raw)
	w.drop(prod, "app/"+sigTag(image.Digest), m.Config.Digest)
	back := pair("mirror", prod)
	back.Source.Server = "plain"
	w.options.Pairs = []reconcile.Pair{back}
	w.sync()
	now := w.set(prod, "app", image.Digest)
	if !now.Contains(before) {
		t.Errorf("took %v for %v", before, now)
	}
}

// A source bundle whose blob is gone: endless loop.
func TestBundleWithoutBlob(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	_, bundles := w.bundled("app", "alice")
	raw, err := w.registry.Manifest(t.Context(), repository.Image{Repository: dev, Path: "app"}.In(bundles[0]))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := oci.ParseManifest(raw)
	w.drop(dev, "app/"+bundles[0], m.Layers[0].Digest)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	done := make(chan *report.Report, 1)
	go func() { done <- reconcile.Run(ctx, w.options) }()
	select {
	case r := <-done:
		if ctx.Err() != nil {
			t.Errorf("only the deadline ended it, after %d requests", w.requests())
		}
		if len(findings(r)) == 0 {
			t.Error("nothing is said of a bundle that is lost")
		}
	case <-time.After(5 * time.Second):
		t.Errorf("runs for ever: %d requests so far", w.requests())
	}
}

// The same, always: silently left out.
func TestBundleWithoutBlobAlways(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	_, bundles := w.bundled("app", "alice")
	raw, _ := w.registry.Manifest(t.Context(), repository.Image{Repository: dev, Path: "app"}.In(bundles[0]))
	m, _ := oci.ParseManifest(raw)
	w.drop(dev, "app/"+bundles[0], m.Layers[0].Digest)
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.audit()
	if r.Totals.States[plan.Unsigned] != 0 || len(findings(r)) == 0 {
		t.Errorf("findings %v: %s", findings(r), reasons(r))
	}
}

// One manifest under two subjects' tags: only one of them is looked into.
func TestBindingOfOneManifestUnderTwoTags(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	other := seed.Push(w.tree(), dev, image.Path, "2.0", "other")
	seed.Promote(w.tree(), dev, image.Path, "2.0", prod, image.Path, "2.0")
	seed.Promote(w.tree(), dev, image.Path, sigTag(image.Digest), dev, image.Path, sigTag(other.Digest))
	w.options.Pairs[0].Verify.Binding = true
	r := w.sync()
	if r.Totals.States[plan.Suspect] != 1 || r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("findings = %v: %s, want one copied and one suspect", findings(r), reasons(r))
	}
}

// A manifest that was read at the target counts as looked into at the source.
func TestReadAtTheTargetIsNotVerified(t *testing.T) {
	w := newWorld(t)
	first := w.diverge("aaa", []string{"a", "b"}, []string{"a"}) // read on both sides
	// the target's manifest of aaa is the source's of zzz, the same image under another path
	seed.Promote(w.tree(), dev, "aaa", "1.0", dev, "zzz", "1.0")
	seed.Promote(w.tree(), dev, "aaa", "1.0", prod, "zzz", "1.0")
	seed.Promote(w.tree(), prod, "aaa", sigTag(first.Digest), dev, "zzz", sigTag(first.Digest))
	w.options.Pairs[0].Verify.Keys = newSigner(t, "alice.pub").keys
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 0 {
		t.Errorf("no key verifies anything, and %v: %s", findings(r), reasons(r))
	}
}

// Update/merge/copy: what is written while blobs are pushed is lost.
func TestUpdateRace(t *testing.T) {
	for _, c := range []struct {
		difference  plan.Difference
		here, there []string
	}{{plan.DifferenceUpdate, []string{"a", "b"}, []string{"a"}}, {plan.DifferenceMerge, []string{"a", "b"}, []string{"c"}}, {plan.DifferenceReport, []string{"a"}, nil}} {
		w := newWorld(t, mayDelete)
		image := w.diverge("app", c.here, c.there)
		w.options.Pairs[0].Difference = c.difference
		w.options.Pairs[0].Transport = reconcile.TransportRegistry
		var once sync.Once
		var between cosign.Set
		w.server.SetIntercept(func(r *http.Request, _ string) http.Handler {
			if strings.Contains(r.URL.Path, "/blobs/uploads") {
				once.Do(func() {
					w.server.SetIntercept(nil)
					seed.Sign(w.tree(), prod, "app", image.Digest, "d")
					between = w.set(prod, "app", image.Digest)
				})
			}
			return nil
		})
		r := w.sync()
		now := w.set(prod, "app", image.Digest)
		if len(between) == 0 || !now.Contains(between) {
			t.Errorf("difference %d: took %d for %d: %v", c.difference, len(between), len(now), findings(r))
		}
	}
}

// Keys are not asked of what is at the target and not listed.
func TestUnlistedIsNotVerified(t *testing.T) {
	for _, search := range []plan.Search{plan.SearchAlways, plan.SearchAuto} {
		w := newWorld(t, withReferrers(dev))
		alice, mallory := newSigner(t, "alice.pub"), newSigner(t, "mallory.pub")
		image, _ := w.bundled("app")
		b := mallory.bundle(t, seed.Bundle(dev, "app", image.Digest, seed.SignPredicate, "somebody"))
		w.refer(dev, b)
		b.Repo = prod
		b.Place(w.tree())
		w.options.Pairs[0].Verify.Keys = alice.keys
		w.options.Pairs[0].Search = search
		r := w.sync()
		if len(w.writes()) != 0 {
			t.Errorf("search %d: %v: wrote %v", search, findings(r), w.writes())
		}
	}
}

// A target that does not answer is not in sync, and what it may have is not missing.
func TestTargetListingFails(t *testing.T) {
	for _, there := range []bool{true, false} {
		w := newWorld(t, withReferrers(dev, prod))
		w.bundled("app", "alice")
		if there {
			w.sync()
		}
		w.options.Pairs[0].Search = plan.SearchAlways
		w.server.SetIntercept(only("referrers", func(r *http.Request) http.Handler {
			if strings.Contains(r.URL.Path, "/prod/") {
				return answer(http.StatusForbidden, "application/json", `{"errors":[{"code":"DENIED","message":"no"}]}`)
			}
			return nil
		}))
		r := w.audit()
		if r.Totals.States[plan.InSync] != 0 {
			t.Errorf("there %v: %v %v", there, r.Totals.States, findings(r))
		}
	}
}

// A plain target whose Referrers API fails has everything written again by each run.
func TestPlainTargetThatFailsIsWrittenAgain(t *testing.T) {
	w := newWorld(t, withReferrers(dev))
	p := newPlain(t, true)
	image, _ := w.bundled("app", "alice")
	_ = image
	p.mirror(w.registry, repository.Image{Repository: dev, Path: "app"}, repository.Image{Repository: "mirror", Path: "app"}, "1.0")
	w.joins("plain", p)
	to := pair(dev, "mirror")
	to.Target.Server = "plain"
	w.options.Pairs = []reconcile.Pair{to}
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
		t.Fatal(findings(r), reasons(r))
	}
	w.options.Registries["plain"] = &deniedReferrers{w.options.Registries["plain"]}
	p.writes()
	r := w.sync()
	if got := p.writes(); len(got) != 0 || r.Totals.States[plan.Missing] != 0 {
		t.Errorf("%v: wrote %v", findings(r), got)
	}
}

type deniedReferrers struct{ reconcile.Registry }

func (deniedReferrers) Referrers(context.Context, repository.Image, oci.Digest) ([]oci.Descriptor, bool, error) {
	return nil, false, oci.ErrDenied
}

// With an API, an index that lingers under the tag is not what verifiers ask.
func TestLingeringIndexIsNotDiscovery(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	image, bundles := w.bundled("app", "alice")
	b := seed.Bundle(prod, "app", image.Digest, seed.SignPredicate, "alice")
	b.Place(w.tree())
	seed.Fallback{Repo: prod, Image: "app", Subject: image.Digest, Referrers: bundles}.Push(w.tree())
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.audit()
	if r.Totals.States[plan.Partial] != 1 {
		t.Errorf("the target's API lists %v, and the audit says %v", w.discovered("app", image.Digest), r.Totals.States)
	}
}

// Two pairs, one target.
func TestTwoPairsOneTarget(t *testing.T) {
	for _, search := range []plan.Search{plan.SearchAuto, plan.SearchAlways} {
		for _, apis := range [][]string{{dev, stage, prod}, {dev, stage}, {}} {
			t.Run(fmt.Sprint(search, apis), func(t *testing.T) {
				w := newWorld(t, withReferrers(apis...), mayDelete)
				image, _ := w.bundled("app", "alice")
				seed.Promote(w.tree(), prod, "app", "1.0", stage, "app", "1.0")
				w.refer(stage, seed.Bundle(dev, "app", image.Digest, seed.SignPredicate, "alice"))
				w.options.Pairs = []reconcile.Pair{pair(dev, prod), pair(stage, prod)}
				for i := range w.options.Pairs {
					w.options.Pairs[i].Search = search
				}
				audit := w.audit()
				sync := w.sync()
				if fmt.Sprint(audit.Totals.States) != fmt.Sprint(sync.Totals.States) {
					t.Errorf("audit %v, sync %v", audit.Totals.States, sync.Totals.States)
				}
				if audit.Totals.States[plan.Partial] != 0 || sync.Totals.States[plan.Partial] != 0 {
					t.Errorf("audit %v, sync %v; nothing is partial", findings(audit), findings(sync))
				}
				puts := 0
				for _, p := range w.writes() {
					if strings.Contains(p, "/manifests/sha256:") {
						puts++
					}
				}
				if puts != 1 {
					t.Errorf("the bundle was written %d times", puts)
				}
			})
		}
	}
}

// Chain, dear second pair, stage without API.
func TestDearChain(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), mayDelete)
	for n := range 8 {
		other := seed.Push(w.tree(), dev, "app", fmt.Sprintf("0.%d", n), fmt.Sprint("old", n))
		b := seed.Bundle(dev, "app", other.Digest, seed.SignPredicate, "alice")
		seed.Promote(w.tree(), dev, "app", fmt.Sprintf("0.%d", n), stage, "app", fmt.Sprintf("0.%d", n))
		w.refer(dev, b)
		w.refer(stage, b)
	}
	image, bundles := w.bundled("app", "alice")
	seed.Promote(w.tree(), prod, "app", "1.0", stage, "app", "1.0")
	w.options.Pairs = []reconcile.Pair{pair(dev, stage), pair(stage, prod)}
	audit := w.audit()
	r := w.sync()
	if audit.Totals.Outcomes[report.Planned] != r.Totals.Outcomes[report.Copied] {
		t.Errorf("audit planned %d, sync copied %d", audit.Totals.Outcomes[report.Planned], r.Totals.Outcomes[report.Copied])
	}
	if got := w.discovered("app", image.Digest); !slices.Equal(got, bundles) {
		t.Errorf("at the end of the chain: %v", got)
	}
	w.server.ResetLog()
	w.sync()
	if len(w.writes()) != 0 {
		t.Errorf("the second run wrote %v", w.writes())
	}
}

// Families: [attestation].
func TestLonelyWithoutTheSignatureFamily(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	image, _ := w.bundled("app", "alice")
	seed.Sign(w.tree(), dev, "app", image.Digest, "alice")
	seed.Promote(w.tree(), dev, "app", sigTag(image.Digest), prod, "app", sigTag(image.Digest))
	att := w.refer(dev, seed.Bundle(dev, "app", image.Digest, attestPredicate, "alice"))
	w.options.Pairs[0].Families = []cosign.Family{cosign.Attestation}
	r := w.sync()
	if got := w.discovered("app", image.Digest); slices.Contains(got, att) {
		t.Errorf("the target has a .sig and no bundle but an attestation now: %v", findings(r))
	}
}

// A target without the API that stores nothing.
func TestReadBack(t *testing.T) {
	w := newWorld(t, withReferrers(dev))
	_, bundles := w.bundled("app", "alice")
	w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/sha256:") {
			return answer(http.StatusCreated, "text/plain", "")
		}
		return nil
	}))
	r := w.sync()
	w.server.SetIntercept(nil)
	_, err := w.registry.Manifest(t.Context(), repository.Image{Repository: prod, Path: "app"}.In(bundles[0]))
	if err != nil && r.Totals.Outcomes[report.Copied] != 0 {
		t.Errorf("%v, and it is not there: %v", findings(r), err)
	}
}

// push puts a manifest with its blobs through the API, as a client with an own config does.
func (w *world) push(repo, image, subject, configType, artifactType, layerType string, config, layer []byte) string {
	w.t.Helper()
	in := repository.Image{Repository: repo, Path: image}
	d := func(t string, c []byte) oci.Descriptor {
		return oci.Descriptor{MediaType: t, Digest: oci.FromBytes(c), Size: int64(len(c))}
	}
	c, l := d(configType, config), d(layerType, layer)
	for _, b := range [][]byte{config, layer} {
		if err := w.registry.Push(w.t.Context(), in, d("", b), func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }, repository.Image{}); err != nil {
			w.t.Fatal(err)
		}
	}
	sub, _ := oci.ParseDigest(subject)
	m := map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": c, "layers": []oci.Descriptor{l},
		"subject": oci.Descriptor{MediaType: "application/vnd.oci.image.manifest.v1+json", Digest: sub, Size: 1}}
	if artifactType != "" {
		m["artifactType"] = artifactType
	}
	raw, err := json.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.registry.PutManifest(w.t.Context(), in.In(oci.FromBytes(raw).String()), "application/vnd.oci.image.manifest.v1+json", raw); err != nil {
		w.t.Fatal(err)
	}
	return oci.FromBytes(raw).String()
}

// legacy is a signature as cosign's oci-1-1 mode stores it: its config is a whole one.
func (w *world) legacy(repo, image, subject string) string {
	payload := fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"x"},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"},"optional":null}`, subject)
	return w.push(repo, image, subject, "application/vnd.dev.cosign.artifact.sig.v1+json", "", "application/vnd.dev.cosign.simplesigning.v1+json",
		[]byte(`{"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":[]}}`), []byte(payload))
}

// Legacy artifact, index write failed once: the next run is silent.
func TestLegacyCrash(t *testing.T) {
	w := newWorld(t, withReferrers(dev), admin)
	image := seed.PushIndex(w.tree(), dev, "app", "1.0", "x", 2)
	seed.Promote(w.tree(), dev, "app", "1.0", prod, "app", "1.0")
	made := w.legacy(dev, "app", image.Digest)
	w.options.Memory = memory{&sync.Map{}}
	w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/sha256-") {
			return answer(http.StatusBadGateway, "text/html", "<html>down</html>")
		}
		return nil
	}))
	first := w.sync()
	w.server.SetIntercept(nil)
	second := w.sync()
	if second.Totals.States[plan.Unsigned] != 0 {
		t.Errorf("unsigned, though %s signs it", made)
	}
	if second.Totals.Outcomes[report.Repaired] != 1 {
		t.Errorf("first %v, second %v: not mended", findings(first), findings(second))
	}
}

// And where all is well, an index that a legacy referrer signs is unsigned.
func TestLegacyInSyncIsUnsigned(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), admin)
	image := seed.PushIndex(w.tree(), dev, "app", "1.0", "x", 2)
	seed.Promote(w.tree(), dev, "app", "1.0", prod, "app", "1.0")
	w.legacy(dev, "app", image.Digest)
	w.options.Memory = memory{&sync.Map{}}
	first := w.sync()
	second := w.sync()
	if second.Totals.States[plan.Unsigned] != 0 {
		t.Errorf("first %v, then %v: %s", findings(first), findings(second), reasons(second))
	}
}

// Audit of a chain with a merge and binding.
func TestAuditOfAMergedChain(t *testing.T) {
	w := newWorld(t, mayDelete)
	image := seed.Push(w.tree(), dev, "app", "1.0", "app")
	for _, to := range []string{stage, prod} {
		seed.Promote(w.tree(), dev, "app", "1.0", to, "app", "1.0")
	}
	seed.Sign(w.tree(), dev, "app", image.Digest, "a")
	seed.Sign(w.tree(), stage, "app", image.Digest, "b") // its payload names stage: another layer
	w.options.Pairs = []reconcile.Pair{pair(dev, stage), pair(stage, prod)}
	for i := range w.options.Pairs {
		w.options.Pairs[i].Difference = plan.DifferenceMerge
		w.options.Pairs[i].Verify.Binding = true
	}
	audit, did := w.audit(), w.sync()
	if fmt.Sprint(audit.Totals.States) != fmt.Sprint(did.Totals.States) {
		t.Errorf("audit %v %s\nsync %v", findings(audit), reasons(audit), findings(did))
	}
}

// From a plain registry, the .sig tag of a referrer.
func TestSigTagOfAReferrerAtAPlainSource(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), admin)
	image, _ := w.bundled("app")
	sbom := w.refer(dev, seed.Referrer{Image: "app", Subject: image.Digest, ArtifactType: "application/spdx+json", Content: []byte("{}")})
	seed.Sign(w.tree(), dev, "app", sbom, "alice")
	p := newPlain(t, true)
	w.joins("plain", p)
	p.mirror(w.registry, repository.Image{Repository: dev, Path: "app"}, repository.Image{Repository: "mirror", Path: "app"}, "1.0", sbom, sigTag(sbom))
	back := pair("mirror", prod)
	back.Source.Server = "plain"
	w.options.Pairs = []reconcile.Pair{back}
	first := w.sync()
	w.server.ResetLog()
	second := w.sync()
	if first.Totals.Outcomes[report.Copied] != 2 || len(w.writes()) != 0 {
		t.Errorf("first %v, second %v wrote %v", findings(first), findings(second), w.writes())
	}
}

// Cost: multi-arch builds that were not promoted.
func TestCostOfUnpromotedIndexes(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	for i := range 20 {
		path := fmt.Sprint("app", i)
		for v := range 3 {
			seed.PushIndex(w.tree(), dev, path, fmt.Sprint(v), fmt.Sprint(path, v), 2)
		}
		seed.Promote(w.tree(), dev, path, "0", prod, path, "0")
	}
	before := w.requests()
	w.audit()
	got := w.requests() - before
	w.options.Pairs[0].Search = plan.SearchNever
	before = w.requests()
	w.audit()
	if base := w.requests() - before; got != base {
		t.Errorf("an estate without a referrer took %d requests, %d without a look at them", got, base)
	}
}

// SBOM merge.
func TestMergeOfSBOMs(t *testing.T) {
	w := newWorld(t, mayDelete)
	image := seed.Push(w.tree(), dev, "app", "1.0", "app")
	seed.Promote(w.tree(), dev, "app", "1.0", prod, "app", "1.0")
	seed.AttachSBOM(w.tree(), dev, "app", image.Digest, "one")
	seed.AttachSBOM(w.tree(), prod, "app", image.Digest, "two")
	w.options.Pairs[0].Difference = plan.DifferenceMerge
	r := w.sync()
	if len(w.writes()) != 0 {
		t.Errorf("%v wrote %v", findings(r), w.writes())
	}
}

// A referrer whose layer has a sha512 digest is not nothing.
func TestSHA512(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), admin)
	image, bundles := w.bundled("app", "alice")
	raw, _ := w.registry.Manifest(t.Context(), repository.Image{Repository: dev, Path: "app"}.In(bundles[0]))
	_ = image
	odd := []byte(strings.Replace(string(raw), `"layers":[`, `"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","size":1,"digest":"sha512:`+strings.Repeat("a", 128)+`"},`, 1))
	reg := &oddRegistry{Registry: w.options.Registries["main"], raw: odd, digest: oci.FromBytes(odd)}
	w.options.Registries["main"] = reg
	w.options.Servers = map[string]reconcile.Server{"main": &oddServer{w.options.Servers["main"], reg}}
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.audit()
	if len(findings(r)) < 2 {
		t.Errorf("%v: %s: nothing is said of a signature that could not be read", findings(r), reasons(r))
	}
}

type oddRegistry struct {
	reconcile.Registry
	raw    []byte
	digest oci.Digest
}

func (o *oddRegistry) Referrers(ctx context.Context, in repository.Image, s oci.Digest) ([]oci.Descriptor, bool, error) {
	l, ok, err := o.Registry.Referrers(ctx, in, s)
	if in.Repository == dev && len(l) > 0 {
		l = append(l, oci.Descriptor{Digest: o.digest})
	}
	return l, ok, err
}

type oddServer struct {
	reconcile.Server
	o *oddRegistry
}

func (s *oddServer) Manifest(ctx context.Context, at repository.Tag) ([]byte, error) {
	if at.Tag == s.o.digest.String() {
		return s.o.raw, nil
	}
	return s.Server.Manifest(ctx, at)
}
