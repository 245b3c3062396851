package reconcile_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	ggcr "github.com/google/go-containerregistry/pkg/registry"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

// plain is a registry that is no Artifactory, and what it was asked.
type plain struct {
	t      testing.TB
	client *registry.Client

	mu    sync.Mutex
	asked []string
}

func newPlain(t testing.TB, referrers bool) *plain {
	t.Helper()
	p := &plain{t: t}
	handler := ggcr.New(ggcr.WithReferrersSupport(referrers), ggcr.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.Method+" "+r.URL.Path)
		p.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.client = plainClient(t, server.URL)
	return p
}

// writes returns what was put since it was last asked.
func (p *plain) writes() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var puts []string
	for _, a := range p.asked {
		if path, ok := strings.CutPrefix(a, "PUT "); ok && strings.Contains(path, "/manifests/") {
			puts = append(puts, path)
		}
	}
	p.asked = nil
	return puts
}

// mirror puts an image of a repository of the world, or what is attached to it, into the registry.
func (p *plain) mirror(from *registry.Client, source, target repository.Image, references ...string) {
	p.t.Helper()
	ctx := p.t.Context()
	for _, reference := range references {
		raw, err := from.Manifest(ctx, source.In(reference))
		if err != nil {
			p.t.Fatal(err)
		}
		m, err := oci.ParseManifest(raw)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, child := range m.Manifests {
			p.mirror(from, source, target, child.Digest.String())
		}
		for _, d := range m.Content() {
			open := func(ctx context.Context) (io.ReadCloser, error) { return from.Blob(ctx, source, d) }
			if err := p.client.Push(ctx, target, d, open, repository.Image{}); err != nil {
				p.t.Fatal(err)
			}
		}
		if err := p.client.PutManifest(ctx, target.In(reference), m.MediaType, raw); err != nil {
			p.t.Fatal(err)
		}
	}
}

// joins a plain registry to the world as a server of that name.
func (w *world) joins(name string, p *plain) {
	w.options.Registries[name] = p.client
	w.options.Pushers[name] = p.client
}

// An index with a signed child, a bundle, an attestation and an SBOM tag goes
// from Artifactory to a plain registry, and from there to another.
func TestFromArtifactoryOverOneRegistryToAnother(t *testing.T) {
	for _, apis := range [][2]bool{{true, true}, {true, false}, {false, true}, {false, false}} {
		t.Run("", func(t *testing.T) {
			w := newWorld(t, withReferrers(dev))
			first, second := newPlain(t, apis[0]), newPlain(t, apis[1])
			w.joins("first", first)
			w.joins("second", second)
			index := seed.PushIndex(w.tree(), dev, "team/app", "1.0", "salt", 2)
			seed.Sign(w.tree(), dev, "team/app", index.Digest, "alice", "bob")
			seed.Sign(w.tree(), dev, "team/app", index.Children[0].Digest, "alice")
			sbom := seed.AttachSBOM(w.tree(), dev, "team/app", index.Digest, "parts")
			seed.Sign(w.tree(), dev, "team/app", sbom, "alice")
			w.refer(dev, seed.Bundle(dev, "team/app", index.Digest, seed.SignPredicate, "alice"))
			w.refer(dev, seed.Bundle(dev, "team/app", index.Digest, attestPredicate, "alice"))
			here := repository.Image{Repository: dev, Path: "team/app"}
			first.mirror(w.registry, here, repository.Image{Repository: "mirror", Path: "team/app"}, "1.0")
			second.mirror(w.registry, here, repository.Image{Repository: "far/away", Path: "team/app"}, "1.0")
			to, on := pair(dev, "mirror"), pair("mirror", "far/away")
			to.Target.Server = "first"
			on.Source.Server, on.Target.Server = "first", "second"
			w.options.Pairs = []reconcile.Pair{to, on}
			first.writes()
			second.writes()

			if r := w.audit(); r.Totals.Outcomes[report.Planned] != 12 {
				t.Errorf("audit = %v: %s, want 12 planned", findings(r), reasons(r))
			}
			r := w.sync()
			if r.Totals.Outcomes[report.Copied] != 12 || r.Run.ExitCode != 0 {
				t.Fatalf("sync = %v: %s, want 12 copied", findings(r), reasons(r))
			}
			for _, path := range slices.Concat(first.writes(), second.writes()) {
				fallback := strings.HasSuffix(path, "/manifests/"+strings.Replace(index.Digest, ":", "-", 1))
				if strings.HasSuffix(path, "/1.0") || strings.HasSuffix(path, index.Digest) || strings.HasSuffix(path, index.Children[1].Digest) ||
					fallback && apis[0] && apis[1] {
					t.Errorf("%s was written, which is no attachment", path)
				}
			}
			if r := w.sync(); len(findings(r)) != 0 || r.Totals.States[plan.InSync] != 12 {
				t.Errorf("the second run = %v, %v: %s, want 12 in sync", r.Totals.States, findings(r), reasons(r))
			}
			if got := slices.Concat(first.writes(), second.writes()); len(got) != 0 {
				t.Errorf("the second run wrote %v", got)
			}
		})
	}
}

// A registry's listing costs a request for each tag, so a source is asked for
// no more than its targets can use.
func TestASourceIsNotAskedForWhatNoTargetHas(t *testing.T) {
	w := newWorld(t)
	p := newPlain(t, false)
	w.joins("plain", p)
	for _, tag := range []string{"1.0", "2.0", "3.0"} {
		image := seed.Push(w.tree(), dev, "app", tag, tag)
		seed.Sign(w.tree(), dev, "app", image.Digest, "alice")
		p.mirror(w.registry, repository.Image{Repository: dev, Path: "app"}, repository.Image{Repository: "mirror", Path: "app"},
			tag, strings.Replace(image.Digest, ":", "-", 1)+".sig")
	}
	seed.Promote(w.tree(), dev, "app", "2.0", prod, "app", "2.0")
	back := pair("mirror", prod)
	back.Source.Server = "plain"
	w.options.Pairs = []reconcile.Pair{back}
	p.writes()
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 || r.Run.ExitCode != 0 {
		t.Fatalf("sync = %v: %s, want 1 copied", findings(r), reasons(r))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	heads := 0
	for _, a := range p.asked {
		if strings.HasPrefix(a, "HEAD ") {
			heads++
		}
	}
	if heads != 1 {
		t.Errorf("the source was asked for %d digests, want 1: %v", heads, p.asked)
	}
}

func TestWithoutACatalogImagesAreNamed(t *testing.T) {
	w := newWorld(t)
	p := newPlain(t, true)
	w.joins("plain", p)
	image := w.promoted(1)[0]
	p.mirror(w.registry, repository.Image{Repository: dev, Path: image.Path}, repository.Image{Repository: "mirror", Path: image.Path}, "1.0")
	closed := &closedCatalog{Client: p.client}
	w.options.Registries["plain"] = closed
	to := pair(dev, "mirror")
	to.Target.Server = "plain"
	w.options.Pairs = []reconcile.Pair{to}
	if r := w.sync(); r.Run.ExitCode != report.ExitFailed || !strings.Contains(reasons(r), "images.include") {
		t.Errorf("sync = exit code %d, %s, want 1 and what to do", r.Run.ExitCode, reasons(r))
	}
	w.options.Pairs[0].Include = []string{image.Path, "not/there"}
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 || r.Run.ExitCode != 0 {
		t.Errorf("sync = %v: %s, want 1 copied", findings(r), reasons(r))
	}
}

// closedCatalog is a registry that tells nobody what it holds.
type closedCatalog struct{ *registry.Client }

func (closedCatalog) Catalog(context.Context, string, func(string) error) error { return oci.ErrDenied }

func TestPairsAcrossTwoArtifactoryServers(t *testing.T) {
	near, far := newWorld(t, withReferrers(dev)), newWorld(t, withReferrers(prod))
	index := seed.PushIndex(near.tree(), dev, "app", "1.0", "salt", 2)
	seed.PushIndex(far.tree(), prod, "app", "1.0", "salt", 2)
	seed.Sign(near.tree(), dev, "app", index.Digest, "alice")
	seed.Attest(near.tree(), dev, "app", index.Digest, "{}")
	near.refer(dev, seed.Bundle(dev, "app", index.Children[0].Digest, seed.SignPredicate, "alice"))
	near.options.Servers["far"], near.options.Writers["far"] = far.client, far.client
	near.options.Registries["far"], near.options.Pushers["far"] = far.registry, far.registry
	near.options.Pairs[0].Target.Server = "far"
	r := near.sync()
	if r.Totals.Outcomes[report.Copied] != 3 || r.Run.ExitCode != 0 {
		t.Fatalf("sync = %v: %s, want 3 copied", findings(r), reasons(r))
	}
	far.server.ResetLog()
	if r := near.sync(); len(findings(r)) != 0 || len(far.writes()) != 0 || r.Totals.States[plan.InSync] != 2 {
		t.Errorf("the second run = %v, %v and wrote %v, want nothing to do", r.Totals.States, findings(r), far.writes())
	}
}
