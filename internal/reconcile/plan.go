package reconcile

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// plan compares a pair, and reads the few manifests whose content decides.
// Reading some may show that others matter; each is read once, so this ends.
func (r *run) plan(ctx context.Context, p *checked) (*plan.Plan, error) {
	ctx, done := r.phase(ctx, Planning, p.Name)
	defer done()
	o := plan.Options{
		Match: p.Match, Families: p.Families, Select: r.selects(p), All: r.All || r.Approve != nil,
		Search: p.Search, Difference: p.Difference, Lonely: p.Lonely, Thorough: r.Memory != nil, Read: r.reads(p),
		Strays: p.part.strays, Filling: p.part.filling,
		Narrowed: p.Match == plan.MatchPath && len(r.globs(p.Pair)) > 0,
	}
	o.Referrers = r.referrers(ctx, p, o)
	if err := r.lookUpReferrers(ctx, p, o.Referrers); err != nil {
		return nil, err
	}
	contents := plan.Contents{}
	for {
		computed := plan.Compute(r.inventories[p.source], r.inventories[p.target], o, contents)
		if len(computed.Undecided) == 0 {
			return computed, nil
		}
		r.read(ctx, p, computed.Undecided, contents)
	}
}

// read adds what manifests hold, and what there is to say of their layers.
func (r *run) read(ctx context.Context, p *checked, refs []plan.ManifestRef, contents plan.Contents) {
	var mu sync.Mutex
	workers := newTeam(r.Copy)
	for _, ref := range refs {
		workers.Go(func() {
			mu.Lock()
			content, known := contents[ref.Digest]
			mu.Unlock()
			if !known || content.Problem != "" {
				content = r.content(ctx, p, ref)
			}
			var found plan.Inspection
			if ref.Inspect && content.Problem == "" {
				found = r.inspection(ctx, p, ref, content)
			}
			mu.Lock()
			defer mu.Unlock()
			content.Inspections = contents[ref.Digest].Inspections
			if ref.Inspect {
				if content.Inspections == nil {
					content.Inspections = map[cosign.Tag]plan.Inspection{}
				}
				content.Inspections[ref.Tag] = found
			}
			contents[ref.Digest] = content
		})
	}
	workers.Wait()
}

// content reads a manifest.
func (r *run) content(ctx context.Context, p *checked, ref plan.ManifestRef) plan.Content {
	raw, err := r.manifest(ctx, p.origin(ref), ref.Digest)
	if err != nil {
		return plan.Content{Problem: fmt.Sprintf(reasonUnread, ref.Side, reason(err))}
	}
	m, err := oci.ParseManifest(raw)
	if err != nil {
		return plan.Content{Problem: fmt.Sprintf(reasonUnread, ref.Side, reason(err))}
	}
	if ref.Side == plan.Source {
		r.known.stash(raw) // it may be written
	}
	return plan.Content{Set: cosign.SetOf(m), Blobs: m.Blobs(), Raw: raw}
}

const reasonUnread = "the manifest at the %s could not be read: %s"

// origin is where a manifest of the pair is.
func (p *checked) origin(ref plan.ManifestRef) origin {
	end := p.target
	if ref.Side == plan.Source {
		end = p.source
	}
	return origin{server: end.Server, at: repository.Tag{Repository: end.Repository, Image: ref.Image, Tag: ref.Tag.String()}}
}

// reason is the server's own words where an error has them.
func reason(err error) string {
	var worded interface{ Reason() string }
	if errors.As(err, &worded) {
		return worded.Reason()
	}
	return err.Error()
}
