package reconcile_test

import (
	"context"
	"encoding/json"
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
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

// The dangerous order: the good one is read first.
func TestMisboundIsCopied(t *testing.T) {
	for n := range 10 {
		w := newWorld(t)
		image := w.promoted(1)[0]
		other := seed.Push(w.tree(), dev, image.Path, "2.0", fmt.Sprint("other", n))
		seed.Promote(w.tree(), dev, image.Path, "2.0", prod, image.Path, "2.0")
		seed.Promote(w.tree(), dev, image.Path, sigTag(image.Digest), dev, image.Path, sigTag(other.Digest))
		w.options.Pairs[0].Verify.Binding = true
		r := w.sync()
		if len(w.set(prod, image.Path, other.Digest)) > 0 {
			t.Fatalf("a signature of %s was copied for %s: %v", image.Digest, other.Digest, findings(r))
		}
	}
}

// Plain source with a truncated index.
func TestTruncatedIndexAtAPlainSource(t *testing.T) {
	w := newWorld(t)
	image, bundles := w.bundled("app", "alice")
	p := newPlain(t, false)
	w.joins("plain", p)
	p.mirror(w.registry, repository.Image{Repository: dev, Path: "app"}, repository.Image{Repository: "mirror", Path: "app"}, "1.0", bundles[0], strings.Replace(image.Digest, ":", "-", 1))
	back := pair("mirror", prod)
	back.Source.Server = "plain"
	w.options.Pairs = []reconcile.Pair{back}
	if r := w.audit(); r.Totals.Outcomes[report.Planned] != 1 {
		t.Fatal(findings(r), reasons(r))
	}
	w.options.Registries["plain"] = &cut{w.options.Registries["plain"]}
	r := w.audit()
	if r.Totals.States[plan.Unknown] == 0 || r.Totals.States[plan.Unsigned] != 0 {
		t.Errorf("%v: %s", findings(r), reasons(r))
	}
}

type cut struct{ reconcile.Registry }

func (c cut) Manifest(ctx context.Context, at repository.Tag) ([]byte, error) {
	raw, err := c.Registry.Manifest(ctx, at)
	if strings.HasPrefix(at.Tag, "sha256-") {
		raw = raw[:len(raw)/2]
	}
	return raw, err
}

// An unlisted attestation beside a listed signature bundle is held for ever.
func TestUnlistedAttestationHeld(t *testing.T) {
	w := newWorld(t, withReferrers(dev), mayDelete)
	image, _ := w.bundled("app")
	seed.Sign(w.tree(), dev, "app", image.Digest, "alice")
	seed.Promote(w.tree(), dev, "app", sigTag(image.Digest), prod, "app", sigTag(image.Digest))
	sig := seed.Bundle(dev, "app", image.Digest, seed.SignPredicate, "alice")
	att := seed.Bundle(dev, "app", image.Digest, attestPredicate, "alice")
	w.refer(dev, sig)
	w.refer(dev, att)
	w.refer(prod, sig)
	att.Repo = prod
	att.Place(w.tree())
	r := w.sync()
	if r.Totals.Outcomes[report.Repaired] != 1 {
		t.Errorf("%v: %s", findings(r), reasons(r))
	}
}

// A bundle at the target without its blob is not in sync.
func TestTargetBlobGone(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	_, bundles := w.bundled("app", "alice")
	w.sync()
	raw, _ := w.registry.Manifest(t.Context(), repository.Image{Repository: prod, Path: "app"}.In(bundles[0]))
	m, _ := oci.ParseManifest(raw)
	w.drop(prod, "app/"+bundles[0], m.Layers[0].Digest)
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.audit()
	if r.Totals.States[plan.InSync] != 0 {
		t.Errorf("%v %v", r.Totals.States, findings(r))
	}
}

// An entry that comes while the others are looked at is lost.
func TestIndexRace(t *testing.T) {
	w := newWorld(t, withReferrers(dev), mayDelete)
	image, bundles := w.bundled("app", "alice")
	first := w.refer(prod, seed.Bundle(prod, "app", image.Digest, seed.SignPredicate, "first"))
	var once sync.Once
	var second string
	w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, first) {
			once.Do(func() {
				w.server.SetIntercept(nil)
				second = w.refer(prod, seed.Bundle(prod, "app", image.Digest, seed.SignPredicate, "second"))
			})
		}
		return nil
	}))
	r := w.sync()
	want := slices.Sorted(slices.Values([]string{bundles[0], first, second}))
	if got := w.discovered("app", image.Digest); !slices.Equal(got, want) {
		t.Errorf("%v: the index lists %d, want 3 (second=%q)", findings(r), len(got), second)
	}
}

// An index referrer that does not say its media type.
func TestIndexReferrerWithoutMediaType(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), admin)
	image, _ := w.bundled("app")
	in := repository.Image{Repository: dev, Path: "app"}
	sub, _ := oci.ParseDigest(image.Digest)
	child := w.push(dev, "app", image.Digest, "application/vnd.oci.empty.v1+json", "application/vnd.x", "application/vnd.x", []byte("{}"), []byte("part"))
	c, _ := oci.ParseDigest(child)
	craw, _ := w.registry.Manifest(t.Context(), in.In(child))
	raw, _ := json.Marshal(map[string]any{"schemaVersion": 2, "artifactType": "application/vnd.x",
		"manifests": []oci.Descriptor{{MediaType: "application/vnd.oci.image.manifest.v1+json", Digest: c, Size: int64(len(craw))}},
		"subject":   oci.Descriptor{MediaType: "application/vnd.oci.image.manifest.v1+json", Digest: sub, Size: 1}})
	if err := w.registry.PutManifest(t.Context(), in.In(oci.FromBytes(raw).String()), "application/vnd.oci.image.index.v1+json", raw); err != nil {
		t.Fatal(err)
	}
	w.options.Pairs[0].Families = cosign.Families()
	var types []string
	w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
		if r.Method == http.MethodPut {
			types = append(types, r.Header.Get("Content-Type"))
		}
		return nil
	}))
	r := w.sync()
	if !slices.Contains(types, "application/vnd.oci.image.index.v1+json") {
		t.Errorf("%v %s: pushed as %v", findings(r), reasons(r), types)
	}
}

// What is a whole image with a subject is not written.
func TestImageWithASubject(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod), admin)
	image, _ := w.bundled("app")
	made := w.push(dev, "app", image.Digest, "application/vnd.oci.image.config.v1+json", "", "application/vnd.oci.image.layer.v1.tar+gzip",
		[]byte(`{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:`+strings.Repeat("1", 64)+`"]}}`), []byte("layer"))
	w.options.Pairs[0].Families = cosign.Families()
	r := w.sync()
	for _, p := range w.writes() {
		if strings.HasSuffix(p, made) && strings.Contains(p, "prod") {
			t.Errorf("an image was written: %v", findings(r))
		}
	}
}

// Two names of transports: copy stays copy.
func TestRandom(t *testing.T) {
	for n := range uint64(40) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(n, 9))
			var apis []string
			for _, k := range []string{dev, stage, prod} {
				if r.IntN(2) == 0 {
					apis = append(apis, k)
				}
			}
			w := newWorld(t, withReferrers(apis...), mayDelete)
			repos := []string{dev, stage, prod}
			desc := []string{fmt.Sprint("api ", apis)}
			for k := range 1 + r.IntN(2) {
				path := fmt.Sprint("app", k)
				var subjects []string
				for v := range 1 + r.IntN(2) {
					tag := fmt.Sprint(v)
					var i seed.Image
					if r.IntN(3) == 0 {
						i = seed.PushIndex(w.tree(), dev, path, tag, path+tag, 2)
						subjects = append(subjects, i.Children[0].Digest)
					} else {
						i = seed.Push(w.tree(), dev, path, tag, path+tag)
					}
					subjects = append(subjects, i.Digest)
					for _, to := range []string{stage, prod} {
						if r.IntN(5) > 0 {
							seed.Promote(w.tree(), dev, path, tag, to, path, tag)
						}
					}
				}
				for range r.IntN(6) {
					s := subjects[r.IntN(len(subjects))]
					var made string
					mask := 1 + r.IntN(7)
					kind := r.IntN(5)
					signer := fmt.Sprint(r.IntN(3))
					if r.IntN(2) == 0 {
						mask = 1
					}
					for b, repo := range repos {
						if mask&(1<<b) == 0 {
							continue
						}
						switch kind {
						case 0:
							made = w.refer(repo, seed.Bundle(dev, path, s, seed.SignPredicate, signer))
						case 1:
							made = w.refer(repo, seed.Bundle(dev, path, s, attestPredicate, signer))
						case 2:
							made = w.refer(repo, seed.Referrer{Image: path, Subject: s, ArtifactType: "application/spdx+json", Content: []byte(signer)})
						case 3:
							seed.Sign(w.tree(), dev, path, s, "k"+signer)
							if repo != dev {
								seed.Promote(w.tree(), dev, path, sigTag(s), repo, path, sigTag(s))
							}
						case 4:
							made = w.refer(repo, seed.Artifact(dev, path, s, signer))
						}
					}
					desc = append(desc, fmt.Sprintf("%s kind %d mask %d of %.14s = %.14s", path, kind, mask, s, made))
					if made != "" {
						subjects = append(subjects, made)
					}
				}
			}
			w.options.Pairs = []reconcile.Pair{pair(dev, stage), pair(stage, prod)}
			if r.IntN(3) == 0 {
				w.options.Pairs = []reconcile.Pair{pair(dev, prod)}
			}
			s := []plan.Search{plan.SearchAuto, plan.SearchAuto, plan.SearchAlways}[r.IntN(3)]
			lonely := r.IntN(2) == 0
			for i := range w.options.Pairs {
				w.options.Pairs[i].Search, w.options.Pairs[i].Lonely = s, lonely
			}
			desc = append(desc, fmt.Sprint("search ", s, " lonely ", lonely))
			audit := w.audit()
			if x := w.writes(); len(x) != 0 {
				t.Errorf("audit wrote %v", x)
			}
			again := w.audit()
			if fmt.Sprint(findings(audit)) != fmt.Sprint(findings(again)) {
				t.Errorf("audits differ")
			}
			got := w.sync()
			if fmt.Sprint(audit.Totals.States) != fmt.Sprint(got.Totals.States) {
				t.Errorf("%s\naudit %v %v\nsync  %v %v\n%s", strings.Join(desc, "\n"), audit.Totals.States, findings(audit), got.Totals.States, findings(got), reasons(got))
			}
			w.server.ResetLog()
			second := w.sync()
			if len(w.writes()) != 0 {
				t.Errorf("%s\nfirst %v\nsecond %v wrote %v", strings.Join(desc, "\n"), findings(got), findings(second), w.writes())
			}
		})
	}
}
