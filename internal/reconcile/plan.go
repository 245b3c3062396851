package reconcile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// plan compares a pair, and reads the few manifests whose content decides.
// Reading some may show that others matter; each is read once, so this ends.
func (r *run) plan(ctx context.Context, p *checked) *plan.Plan {
	o := plan.Options{
		Match: p.Match, Families: p.Families, Select: r.selects(p.Pair), All: r.All,
		Search: p.Search, Difference: p.Difference, Lonely: p.Lonely, Thorough: r.Memory != nil, Read: r.reads(p),
	}
	o.Referrers = r.referrers(ctx, p, o)
	contents := plan.Contents{}
	for {
		computed := plan.Compute(r.inventories[p.source], r.inventories[p.target], o, contents)
		if len(computed.Undecided) == 0 {
			return computed
		}
		maps.Copy(contents, r.contents(ctx, p, computed.Undecided))
	}
}

func (r *run) contents(ctx context.Context, p *checked, refs []plan.ManifestRef) plan.Contents {
	contents := plan.Contents{}
	var mu sync.Mutex
	workers := newTeam(r.Copy)
	for _, ref := range refs {
		workers.Go(func() {
			content, err := r.content(ctx, p, ref)
			if err != nil {
				content.Problem = fmt.Sprintf("the manifest at the %s could not be read: %s", ref.Side, reason(err))
			}
			mu.Lock()
			defer mu.Unlock()
			contents[ref.Digest] = content
		})
	}
	workers.Wait()
	return contents
}

func (r *run) content(ctx context.Context, p *checked, ref plan.ManifestRef) (plan.Content, error) {
	end := p.target
	if ref.Side == plan.Source {
		end = p.source
	}
	from := origin{server: end.Server, at: repository.Tag{Repository: end.Repository, Image: ref.Image, Tag: ref.Tag.String()}}
	raw, err := r.manifest(ctx, from, ref.Digest)
	if err != nil {
		return plan.Content{}, err
	}
	m, err := oci.ParseManifest(raw)
	if err != nil {
		return plan.Content{}, err
	}
	content := plan.Content{Set: cosign.SetOf(m), Blobs: m.Blobs(), Raw: raw}
	if ref.Side == plan.Target || !r.reads(p) && p.Difference == plan.DifferenceReport {
		return content, nil
	}
	r.known.stash(raw) // it may be written
	return r.inspect(ctx, p, ref, r.really(from, ref.Digest), content)
}

// reason is the server's own words where an error has them.
func reason(err error) string {
	var worded interface{ Reason() string }
	if errors.As(err, &worded) {
		return worded.Reason()
	}
	return err.Error()
}
