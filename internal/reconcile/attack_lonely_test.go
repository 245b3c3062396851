package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/repository"
)

// The lonely invariant under random faults, families, limits.
func TestLonelyInvariant(t *testing.T) {
	for n := range uint64(80) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(n, 77))
			var apis []string
			for _, k := range []string{dev, prod} {
				if r.IntN(2) == 0 {
					apis = append(apis, k)
				}
			}
			w := newWorld(t, withReferrers(apis...), mayDelete)
			desc := []string{fmt.Sprint("api ", apis)}
			type sub struct{ path, d string }
			var subjects []sub
			kind := map[string]int{}
			for k := range 2 {
				path := fmt.Sprint("app", k)
				if r.IntN(3) == 0 {
					i := seed.PushIndex(w.tree(), dev, path, "1", path, 2)
					subjects = append(subjects, sub{path, i.Children[0].Digest}, sub{path, i.Digest})
				} else {
					subjects = append(subjects, sub{path, seed.Push(w.tree(), dev, path, "1", path).Digest})
				}
				seed.Promote(w.tree(), dev, path, "1", prod, path, "1")
			}
			for _, s := range subjects {
				if r.IntN(3) > 0 {
					seed.Sign(w.tree(), dev, s.path, s.d, "k")
					if r.IntN(2) == 0 {
						seed.Promote(w.tree(), dev, s.path, sigTag(s.d), prod, s.path, sigTag(s.d))
						desc = append(desc, "sig both "+s.d[:12])
					} else {
						desc = append(desc, "sig dev "+s.d[:12])
					}
				}
				for j := range r.IntN(4) {
					p := []string{seed.SignPredicate, attestPredicate}[r.IntN(2)]
					b := seed.Bundle(dev, s.path, s.d, p, fmt.Sprint(j))
					where := r.IntN(5)
					var made string
					if where != 1 {
						made = w.refer(dev, b)
					}
					switch where {
					case 1, 2:
						made = w.refer(prod, b)
					case 3:
						b.Repo = prod
						made = b.Place(w.tree())
					}
					desc = append(desc, fmt.Sprintf("%s %s %s where %d", s.d[:12], made[:12], p, where))
					if p == seed.SignPredicate {
						kind[made] = 1
					} else {
						kind[made] = 2
					}
				}
			}
			var fs []cosign.Family
			for _, f := range cosign.Families() {
				if r.IntN(6) > 0 {
					fs = append(fs, f)
				}
			}
			sigToo := slices.Contains(fs, cosign.Signature)
			if !sigToo {
				return // known
			}
			w.options.Pairs[0].Families = fs
			w.options.Pairs[0].Search = []plan.Search{plan.SearchAuto, plan.SearchAlways}[r.IntN(2)]
			w.options.Pairs[0].Transport = []reconcile.Transport{reconcile.TransportAuto, reconcile.TransportRegistry}[r.IntN(2)]
			desc = append(desc, fmt.Sprintf("%v search %d", fs, w.options.Pairs[0].Search))
			state := func(s sub) (sig, sigs, atts int) {
				sig = len(w.set(prod, s.path, s.d))
				d, _ := oci.ParseDigest(s.d)
				in := repository.Image{Repository: prod, Path: s.path}
				list, ok, _ := w.registry.Referrers(t.Context(), in, d)
				if !ok {
					if raw, err := w.registry.Manifest(t.Context(), in.In(cosign.FallbackTag(d))); err == nil {
						m, _ := oci.ParseManifest(raw)
						list = m.Manifests
					}
				}
				for _, e := range list {
					switch kind[e.Digest.String()] {
					case 1:
						sigs++
					case 2:
						atts++
					}
				}
				return
			}
			for run := range 4 {
				before := map[sub][3]int{}
				for _, s := range subjects {
					a, b, c := state(s)
					before[s] = [3]int{a, b, c}
				}
				var mu sync.Mutex
				if run < 2 {
					w.server.SetIntercept(func(_ *http.Request, op string) http.Handler {
						mu.Lock()
						defer mu.Unlock()
						if op == "repositories" || op == "storage" || r.IntN(12) > 0 {
							return nil
						}
						return answer(http.StatusServiceUnavailable, "text/plain", "down")
					})
				}
				w.options.Limit = r.IntN(4)
				if run == 3 {
					w.options.Limit = 0
				}
				rep := w.sync()
				w.server.SetIntercept(nil)
				for _, s := range subjects {
					sig, sigs, atts := state(s)
					if b := before[s]; atts > b[2] && sigs == 0 && sig > 0 {
						t.Fatalf("run %d: %s\n%s has .sig, %d sig bundles and %d atts, had %v: %v\n%s", run, strings.Join(desc, "\n"), s.d[:12], sigs, atts, b, findings(rep), reasons(rep))
					}
					if b := before[s]; atts < b[2] || sigs < b[1] || sig < b[0] {
						t.Fatalf("shrunk")
					}
				}
			}
			w.server.ResetLog()
			last := w.sync()
			if x := w.writes(); len(x) != 0 {
				t.Errorf("%s\nthe last wrote %v %v", strings.Join(desc, "\n"), x, findings(last))
			}
			for _, l := range findings(last) {
				if !strings.Contains(l, "unsigned") && !strings.Contains(l, "held") {
					t.Errorf("%s\nleft: %s", strings.Join(desc, "\n"), l)
				}
			}
		})
	}
}

// A signature bundle that a folder copy brought: there, and not listed by the target's API.
func TestLonelyBesideAnUnlistedSignature(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), mayDelete)
	image, _ := w.bundled("app")
	seed.Sign(w.tree(), dev, "app", image.Digest, "alice")
	seed.Promote(w.tree(), dev, "app", sigTag(image.Digest), prod, "app", sigTag(image.Digest))
	sig := seed.Bundle(dev, "app", image.Digest, seed.SignPredicate, "alice")
	w.refer(dev, sig)
	w.refer(dev, seed.Bundle(dev, "app", image.Digest, attestPredicate, "alice"))
	sig.Repo = prod
	made := sig.Place(w.tree())
	r := w.sync()
	if got := w.discovered("app", image.Digest); len(got) == 1 && got[0] != made {
		t.Errorf("%v: the target lists an attestation alone beside a .sig", findings(r))
	}
}
