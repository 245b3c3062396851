package reconcile_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/verify"
)

func sigTag(digest string) string { return strings.Replace(digest, ":", "-", 1) + ".sig" }

// set returns the signatures under a subject's .sig tag; none where there is no tag.
func (w *world) set(repo, image, subject string) cosign.Set {
	w.t.Helper()
	raw, err := w.registry.Manifest(w.t.Context(), repository.Image{Repository: repo, Path: image}.In(sigTag(subject)))
	if errors.Is(err, oci.ErrNotFound) {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := oci.ParseManifest(raw)
	if err != nil {
		w.t.Fatal(err)
	}
	return cosign.SetOf(m)
}

// diverge signs an image at both sides of a promotion.
func (w *world) diverge(path string, here, there []string) seed.Image {
	image := seed.Push(w.tree(), dev, path, "1.0", path)
	seed.Promote(w.tree(), dev, path, "1.0", prod, path, "1.0")
	// A payload names its repository, and signatures of two repositories would
	// never be the same: all are made in dev.
	for _, side := range [][]string{there, here} {
		if len(side) == 0 {
			continue
		}
		seed.Sign(w.tree(), dev, path, image.Digest, side...)
		if len(there) > 0 && &side[0] == &there[0] {
			seed.Promote(w.tree(), dev, path, sigTag(image.Digest), prod, path, sigTag(image.Digest))
		}
	}
	return image
}

func TestWhatBecomesOfDifferences(t *testing.T) {
	for _, c := range []struct {
		difference  plan.Difference
		here, there []string
		state       plan.State
		outcome     report.Outcome
		left        []string
	}{
		{plan.DifferenceReport, []string{"a", "b"}, []string{"a"}, plan.Stale, report.None, []string{"a"}},
		{plan.DifferenceUpdate, []string{"a", "b"}, []string{"a"}, plan.Stale, report.Updated, []string{"a", "b"}},
		{plan.DifferenceUpdate, []string{"a", "b"}, []string{"c"}, plan.Diverged, report.None, []string{"c"}},
		{plan.DifferenceMerge, []string{"a", "b"}, []string{"a"}, plan.Stale, report.Updated, []string{"a", "b"}},
		{plan.DifferenceMerge, []string{"a", "b"}, []string{"b", "c"}, plan.Diverged, report.Merged, []string{"a", "b", "c"}},
	} {
		t.Run(fmt.Sprint(c.difference, c.here, c.there), func(t *testing.T) {
			w := newWorld(t, mayDelete)
			image := w.diverge("app", c.here, c.there)
			w.options.Pairs[0].Difference = c.difference
			r := w.sync()
			want := []string{fmt.Sprintf("app signature %s %s", c.state, c.outcome)}
			if diff := cmp.Diff(want, findings(r)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s\n%s", diff, reasons(r))
			}
			other := newWorld(t)
			if got, want := w.set(prod, "app", image.Digest), other.set(prod, "app", other.diverge("app", nil, c.left).Digest); !equal(got, want) {
				t.Errorf("the target holds %v, want %v", got, want)
			}
			w.server.ResetLog()
			if w.sync(); len(w.writes()) != 0 {
				t.Errorf("the second run wrote %v", w.writes())
			}
		})
	}
}

func equal(a, b cosign.Set) bool { return a.Contains(b) && b.Contains(a) }

// What somebody writes between the listing and the update is not replaced.
func TestAnUpdateLeavesAloneWhatCameInBetween(t *testing.T) {
	for _, difference := range []plan.Difference{plan.DifferenceUpdate, plan.DifferenceMerge} {
		w := newWorld(t, mayDelete)
		image := w.diverge("app", []string{"a", "b"}, map[plan.Difference][]string{plan.DifferenceUpdate: {"a"}, plan.DifferenceMerge: {"c"}}[difference])
		w.options.Pairs[0].Difference = difference
		var once sync.Once
		w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
			if r.Method == http.MethodHead {
				once.Do(func() { seed.Sign(w.tree(), prod, "app", image.Digest, "d") })
			}
			return nil
		}))
		r := w.sync()
		if r.Totals.Outcomes[report.Held] != 1 || !strings.Contains(reasons(r), "somebody else wrote") {
			t.Errorf("findings = %v: %s, want held", findings(r), reasons(r))
		}
	}
}

// No run ever makes a set of signatures smaller, whatever the policy, and
// whatever fails.
func TestNoRunShrinksASet(t *testing.T) {
	signers := []string{"a", "b", "c", "d"}
	for seedling := range uint64(30) {
		t.Run(fmt.Sprint(seedling), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seedling, 3))
			w := newWorld(t, mayDelete)
			some := func() []string {
				return slices.DeleteFunc(slices.Clone(signers), func(string) bool { return random.IntN(2) == 0 })
			}
			var images []seed.Image
			for n := range 4 {
				images = append(images, w.diverge(fmt.Sprint("app", n), some(), some()))
			}
			w.options.Pairs[0].Difference = plan.Difference(random.IntN(3))
			w.options.Pairs[0].Transport = []reconcile.Transport{reconcile.TransportAuto, reconcile.TransportRegistry}[random.IntN(2)]
			before := make([]cosign.Set, len(images))
			for run := range 3 {
				for n, image := range images {
					before[n] = w.set(prod, image.Path, image.Digest)
				}
				if run < 2 {
					w.server.SetIntercept(w.fails(random))
				}
				r := w.sync()
				w.server.SetIntercept(nil)
				for n, image := range images {
					if now := w.set(prod, image.Path, image.Digest); !now.Contains(before[n]) {
						t.Fatalf("run %d took %v for %v: %v", run, before[n], now, findings(r))
					}
				}
			}
			if w.options.Pairs[0].Difference != plan.DifferenceMerge {
				return
			}
			for _, image := range images {
				if now, source := w.set(prod, image.Path, image.Digest), w.set(dev, image.Path, image.Digest); !now.Contains(source) {
					t.Errorf("after a run without failures the target has %v, and the source %v", now, source)
				}
			}
		})
	}
}

// fails is an intercept that loses requests, or their answers, at random.
func (w *world) fails(random *rand.Rand) func(*http.Request, string) http.Handler {
	var mu sync.Mutex
	return func(_ *http.Request, operation string) http.Handler {
		mu.Lock()
		defer mu.Unlock()
		if operation == "aql" || operation == "repositories" || operation == "storage" || random.IntN(4) > 0 {
			return nil
		}
		if random.IntN(2) == 0 {
			return answer(http.StatusServiceUnavailable, "text/plain", "down")
		}
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			w.server.Direct().ServeHTTP(&void{}, r)
			panic(http.ErrAbortHandler)
		})
	}
}

func TestBindingIsLookedIntoWhereSomebodyAsks(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	other := seed.Push(w.tree(), dev, image.Path, "2.0", "other")
	seed.Sign(w.tree(), dev, image.Path, other.Digest, "key")
	seed.Promote(w.tree(), dev, image.Path, sigTag(other.Digest), dev, image.Path, sigTag(image.Digest))
	w.options.Pairs[0].Verify.Binding = true
	r := w.sync()
	if diff := cmp.Diff([]string{"team/app0 signature suspect none"}, findings(r)); diff != "" || len(w.writes()) != 0 {
		t.Errorf("findings (-want +got):\n%s\nwrote %v", diff, w.writes())
	}
	w.options.Pairs[0].Verify.Binding = false
	w.options.Pairs[0].Transport = reconcile.TransportRegistry
	if r := w.sync(); r.Totals.States[plan.Suspect] != 1 || len(w.writes()) != 0 {
		t.Errorf("through the registry API: %v, wrote %v, want suspect", findings(r), w.writes())
	}
}

// signer makes bundles that a key of its own verifies.
type signer struct {
	signature.Signer
	keys verify.Keyring
}

func newSigner(t *testing.T, name string) signer {
	t.Helper()
	s, key, err := signature.NewDefaultECDSASignerVerifier()
	if err != nil {
		t.Fatal(err)
	}
	public, err := cryptoutils.MarshalPublicKeyToPEM(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := verify.ParseKeys(name, public)
	if err != nil {
		t.Fatal(err)
	}
	return signer{s, keys}
}

// bundle signs what a seeded bundle states.
func (s signer) bundle(t *testing.T, r seed.Referrer) seed.Referrer {
	t.Helper()
	var b map[string]any
	if err := json.Unmarshal(r.Content, &b); err != nil {
		t.Fatal(err)
	}
	envelope, _ := b["dsseEnvelope"].(map[string]any)
	statement, err := base64.StdEncoding.DecodeString(fmt.Sprint(envelope["payload"]))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := s.SignMessage(bytes.NewReader(dsse.PAE(fmt.Sprint(envelope["payloadType"]), statement)))
	if err != nil {
		t.Fatal(err)
	}
	envelope["signatures"] = []map[string]string{{"sig": base64.StdEncoding.EncodeToString(sig)}}
	if r.Content, err = json.Marshal(b); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatNoKeyVerifiesStaysBehind(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	alice, mallory := newSigner(t, "alice.pub"), newSigner(t, "mallory.pub")
	image, _ := w.bundled("team/app")
	for _, s := range []signer{alice, mallory} {
		w.refer(dev, s.bundle(t, seed.Bundle(dev, "team/app", image.Digest, seed.SignPredicate, "somebody")))
	}
	w.options.Pairs[0].Verify.Keys = alice.keys
	r := w.sync()
	if diff := cmp.Diff([]string{"team/app signature missing copied", "team/app signature suspect none"}, slices.Sorted(slices.Values(findings(r)))); diff != "" {
		t.Fatalf("findings (-want +got):\n%s\n%s", diff, reasons(r))
	}
	for _, f := range r.Pairs[0].Findings {
		if f.Outcome == report.Copied && !slices.Equal(f.Attachment.VerifiedBy, []string{"alice.pub"}) {
			t.Errorf("verified by %v, want alice.pub", f.Attachment.VerifiedBy)
		}
	}
	w.options.Pairs[0].Verify.KeepUnverified = true
	r = w.sync()
	if r.Totals.Outcomes[report.Copied] != 1 || !strings.Contains(reasons(r), "kept although") {
		t.Errorf("findings = %v: %s, want the other copied with a remark", findings(r), reasons(r))
	}
}

// Tag attachments that would be copied inside the server are read where keys ask for it.
func TestKeysAreAskedOfTagsToo(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.options.Pairs[0].Verify.Keys = newSigner(t, "alice.pub").keys
	r := w.sync()
	if diff := cmp.Diff([]string{"team/app0 signature suspect none"}, findings(r)); diff != "" || len(w.writes()) != 0 {
		t.Errorf("findings (-want +got):\n%s\nwrote %v", diff, w.writes())
	}
}
