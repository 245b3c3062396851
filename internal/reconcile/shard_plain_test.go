package reconcile_test

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/shard"
)

// plainWorld is a chain from Artifactory over one registry to another, and what
// each of these holds.
func plainWorld(t testing.TB, number uint64, match plan.Match, apis [2]bool) (*world, []*plain) {
	t.Helper()
	w := newWorld(t, withEdge, withReferrers(dev))
	s := scatter(w, rand.New(rand.NewPCG(number, 11)))
	first, second := newPlain(t, apis[0]), newPlain(t, apis[1])
	w.joins("first", first)
	w.joins("second", second)
	for repo, p := range map[string]*plain{stage: first, prod: second} {
		for _, i := range s.promoted[repo] {
			// One whose digest the server does not tell cannot be pulled.
			if m, there := w.tree().Stat(repo, i.Path+"/"+i.Tag+"/manifest.json"); !there || m.SHA256 != "" {
				p.mirror(w.registry, repository.Image{Repository: repo, Path: i.Path}, repository.Image{Repository: "mirror", Path: i.Path}, i.Tag)
			}
		}
	}
	to, on := pair(dev, "mirror"), pair("mirror", "mirror")
	to.Target.Server, on.Source.Server, on.Target.Server = "first", "first", "second"
	on.Name, on.Match = "on", match
	w.options.Pairs, w.options.FailOn = []reconcile.Pair{to, on}, plan.States()
	return w, []*plain{first, second}
}

// contents are the tags of all images with their digests, and what the Referrers
// API lists for these.
func (p *plain) contents() map[string]string {
	p.t.Helper()
	ctx, all := p.t.Context(), map[string]string{}
	err := p.client.Catalog(ctx, "mirror", func(path string) error {
		in := repository.Image{Repository: "mirror", Path: path}
		return p.client.Tags(ctx, in, func(tag string) error {
			d, err := p.client.Resolve(ctx, in.In(tag))
			if err != nil {
				return err
			}
			all[path+":"+tag] = d.Digest.String()
			list, _, err := p.client.Referrers(ctx, in, d.Digest)
			for _, r := range list {
				all[path+"@"+d.Digest.String()+" "+r.Digest.String()] = ""
			}
			return err
		})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

func TestShardsOfPlainRegistries(t *testing.T) {
	for name, c := range map[string]struct {
		match plan.Match
		apis  [2]bool
	}{
		"by path":           {plan.MatchPath, [2]bool{true, false}},
		"by path, no API":   {plan.MatchPath, [2]bool{false, false}},
		"on by digest":      {plan.MatchDigest, [2]bool{false, true}},
		"by path, all APIs": {plan.MatchPath, [2]bool{true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, ones := plainWorld(t, 1, c.match, c.apis)
			audit, sync := saved(t, one.audit())[0].Report, saved(t, one.sync())[0].Report
			if sync.Totals.Outcomes[report.Copied] == 0 || sync.Pairs[1].Totals.Outcomes[report.Copied] == 0 {
				t.Fatalf("one run copied %v", sync.Totals.Outcomes)
			}
			for _, d := range []division{{2, true}, {3, false}} {
				w, plains := plainWorld(t, 1, c.match, c.apis)
				audits := w.shards(d.shards, d.together, func(o *reconcile.Options) { o.Writers, o.Pushers = nil, nil })
				if diff := cmp.Diff(audit, merged(t, audits), alike()); diff != "" {
					t.Fatalf("%+v: the merged audit (-one +merged):\n%s", d, diff)
				}
				if diff := cmp.Diff(sync, merged(t, w.shards(d.shards, d.together, func(*reconcile.Options) {})), alike()); diff != "" {
					t.Fatalf("%+v: the merged report (-one +merged):\n%s", d, diff)
				}
				for i := range plains {
					if diff := cmp.Diff(ones[i].contents(), plains[i].contents()); diff != "" {
						t.Fatalf("%+v: what registry %d holds (-one +shards):\n%s", d, i, diff)
					}
				}
			}
		})
	}
}

// A digest of a plain registry costs a request: a shard asks for those of its own
// images alone, and does not ask a target for the tags of others.
func TestShardsShareTheLookupsOfPlainRegistries(t *testing.T) {
	asked := func(adjust func(*reconcile.Options)) map[string]bool {
		w, plains := plainWorld(t, 1, plan.MatchPath, [2]bool{true, true})
		o := w.options
		o.Writers, o.Pushers = nil, nil
		adjust(&o)
		plains[1].writes() // forgets what was asked
		reconcile.Run(t.Context(), o)
		heads := map[string]bool{}
		for _, a := range plains[1].asked {
			if strings.HasPrefix(a, "HEAD ") || strings.HasSuffix(a, "/tags/list") {
				heads[a] = true
			}
		}
		return heads
	}
	all, sum := map[string]bool{}, 0
	for i := range 3 {
		heads := asked(func(o *reconcile.Options) { o.Shard = shard.Shard{Index: i, Count: 3} })
		sum += len(heads)
		maps.Copy(all, heads)
	}
	if whole := asked(func(*reconcile.Options) {}); len(whole) != sum || !maps.Equal(whole, all) {
		t.Errorf("three shards asked %d things, %d of them different; one run asks %d", sum, len(all), len(whole))
	}
}

// A shard says of its images what one run says: that a registry has their
// signatures under another path, which is another shard's.
func TestAShardOfAPlainRegistryKnowsOtherPaths(t *testing.T) {
	w := newWorld(t)
	p := newPlain(t, true)
	w.joins("plain", p)
	image := seed.Push(w.tree(), dev, "team/app", "1.0", "salt")
	seed.Sign(w.tree(), dev, "team/app", image.Digest, "alice")
	p.mirror(w.registry, repository.Image{Repository: dev, Path: "team/app"}, repository.Image{Repository: "mirror", Path: "team/app"},
		"1.0", sigTag(image.Digest))
	seed.Promote(w.tree(), dev, "team/app", "1.0", prod, "public/app", "1.0")
	back := pair("mirror", prod)
	back.Source.Server = "plain"
	w.options.Pairs = []reconcile.Pair{back}
	one := saved(t, w.audit())[0].Report
	reports := w.shards(3, false, func(o *reconcile.Options) { o.Writers, o.Pushers = nil, nil })
	if diff := cmp.Diff(one, merged(t, reports), alike()); diff != "" || !strings.Contains(reasons(one), "under team/app: match: digest") {
		t.Errorf("one run says %q, the merged report (-one +merged):\n%s", reasons(one), diff)
	}
}
