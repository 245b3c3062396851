package reconcile

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// scan lists every repository of the pairs that can be done, each once. A
// listing that fails is an error of every pair that needs it.
func (r *run) scan(ctx context.Context, pairs []*checked) {
	ctx, done := r.phase(ctx, Scan, "")
	defer done()
	failures := map[End]error{}
	tagged := map[End]*scan.Tagged{}
	var mu sync.Mutex
	workers := newTeam(r.Scan)
	queries := r.queries(pairs)
	count := r.tallied(len(queries))
	for end, q := range queries {
		workers.Go(func() {
			var inv *plan.Inventory
			var tags *scan.Tagged
			var err error
			if r.plain(end) {
				tags, err = scan.Tags(ctx, r.Registries[end.Server], q, r.Copy)
			} else {
				inv, err = r.list(ctx, count.over(r.Servers[end.Server]), q)
			}
			count.ended()
			mu.Lock()
			defer mu.Unlock()
			failures[end] = err
			if r.plain(end) {
				tagged[end] = tags
			} else {
				r.inventories[end] = inv
			}
		})
	}
	workers.Wait()
	r.lookUp(ctx, pairs, tagged, failures)
	r.tell(ctx, pairs, tagged, failures)
	for _, p := range pairs {
		if p.err == nil && failures[p.source] != nil {
			p.err = fmt.Errorf("%s: %w", plan.Source, failures[p.source])
		}
		if p.err == nil && failures[p.target] != nil {
			p.err = fmt.Errorf("%s: %w", plan.Target, failures[p.target])
		}
	}
}

// queries says what is to be listed of each repository: no more images than
// some pair asks for.
func (r *run) queries(pairs []*checked) map[End]scan.Query {
	queries := map[End]scan.Query{}
	for _, p := range pairs {
		if p.err != nil && r.Listed == nil || r.elsewhere(p) {
			continue
		}
		globs := r.globs(p.Pair)
		if p.targetErr == nil {
			widen(queries, p.target, globs)
		}
		if p.Match == plan.MatchDigest {
			globs = nil
		}
		if p.sourceErr == nil {
			widen(queries, p.source, globs)
		}
	}
	r.narrow(pairs, queries)
	return queries
}

// globs returns the image paths that a pair is about; nil is all.
func (r *run) globs(p Pair) []string {
	if p.Only != nil {
		return literals(slices.Sorted(maps.Keys(p.Only)))
	}
	if len(r.Images) > 0 {
		return r.Images
	}
	if slices.Contains(p.Include, "**") {
		return nil
	}
	return p.Include
}

// widen adds globs to a repository's query; one pair that wants all decides.
func widen(queries map[End]scan.Query, end End, globs []string) {
	q, asked := queries[end]
	switch {
	case !asked:
		q = scan.Query{Repository: end.Repository, Images: slices.Clone(globs)}
	case len(globs) == 0 || len(q.Images) == 0:
		q.Images = nil
	default:
		for _, g := range globs {
			if !slices.Contains(q.Images, g) {
				q.Images = append(q.Images, g)
			}
		}
	}
	queries[end] = q
}

// selects returns the images of a pair that the run is about.
func (r *run) selects(p *checked) func(image string) bool {
	include := p.Include
	if len(include) == 0 {
		include = []string{"**"}
	}
	return func(image string) bool {
		return (p.Only == nil || p.Only[image]) && matches(include, image) && !matches(p.Exclude, image) &&
			(len(r.Images) == 0 || matches(r.Images, image)) && r.mine(p, image)
	}
}

func matches(globs []string, image string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool { return doublestar.MatchUnvalidated(glob, image) })
}
