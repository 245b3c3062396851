package reconcile

import (
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/scan"
	"github.com/sigsync/sigsync/internal/shard"
)

// part is what of a pair is the run's.
type part struct {
	// whole tells that one shard does all of the pair; owner is its index.
	whole bool
	owner int
	// filling tells that another pair fills the source. What it has under other
	// paths is then not looked at: a shard does not know what others copied there.
	filling bool
	// strays are as in plan.Options, in all repositories of linked pairs: what is
	// copied between these changes nothing about them.
	strays map[plan.Place]bool
}

// divide decides what of each pair is whose. Image paths are divided, because all
// that a pair does to an image depends on that path alone, at its source and in
// the pairs before. It is not so where a pair that matches by digest takes from
// what another pair fills: an image would wait for what other shards copy to other
// paths. Such pairs, and all that are linked to them, are one shard's.
func (r *run) divide(pairs []*checked) {
	for _, p := range pairs {
		p.part.filling = slices.ContainsFunc(pairs, func(q *checked) bool { return feedsInto(q, p) })
	}
	if r.Shard.Whole() {
		return
	}
	for _, group := range together(pairs) {
		if !slices.ContainsFunc(group, crosses) {
			continue
		}
		names := make([]string, len(group))
		for i, p := range group {
			names[i] = p.Name
		}
		for _, p := range group {
			p.part.whole, p.part.owner = true, shard.Of(slices.Min(names), r.Shard.Count)
		}
	}
}

// crosses tells of a pair that takes, from any path, what another one brings.
func crosses(p *checked) bool { return p.Match == plan.MatchDigest && p.part.filling }

// noteStrays finds, for pairs that are linked, the strays of their targets in all
// of their repositories.
func (r *run) noteStrays(pairs []*checked) {
	for _, group := range together(pairs) {
		var targets, all []*plan.Inventory
		for _, p := range group {
			if inv := r.inventories[p.target]; inv != nil && !slices.Contains(targets, inv) {
				targets = append(targets, inv)
			}
			for _, end := range []End{p.source, p.target} {
				if inv := r.inventories[end]; inv != nil && !slices.Contains(all, inv) {
					all = append(all, inv)
				}
			}
		}
		strays := plan.Strays(targets, all)
		for _, p := range group {
			p.part.strays = strays
		}
	}
	if !r.Shard.Whole() {
		r.forget(pairs)
	}
}

// forget lets go of what inventories know of the images of other shards.
func (r *run) forget(pairs []*checked) {
	targets := map[End][]*plan.Inventory{} // by the source
	for _, p := range pairs {
		if inv := r.inventories[p.target]; inv != nil {
			targets[p.source] = append(targets[p.source], inv)
		}
	}
	for end, inv := range r.inventories {
		if inv != nil {
			r.inventories[end] = inv.Forget(targets[end])
		}
	}
}

// together puts pairs together that one run does one after the other: one fills
// what the other takes from, or both fill the same. It asks neither for errors nor
// for the order, which may differ from shard to shard.
func together(pairs []*checked) [][]*checked {
	var groups [][]*checked
	for _, p := range pairs {
		joined := []*checked{p}
		var apart [][]*checked
		for _, g := range groups {
			if slices.ContainsFunc(g, func(q *checked) bool { return linked(p, q) }) {
				joined = append(joined, g...)
			} else {
				apart = append(apart, g)
			}
		}
		apart = append(apart, joined)
		groups = apart
	}
	return groups
}

func linked(p, q *checked) bool {
	return feedsInto(p, q) || feedsInto(q, p) || same(p.Pair.Target, p.target, q.Pair.Target, q.target)
}

// feedsInto tells whether a pair's target is the other's source.
func feedsInto(p, q *checked) bool {
	return same(p.Pair.Target, p.target, q.Pair.Source, q.source)
}

// same compares two repositories by the names that pairs have for them and by what
// holds their files.
func same(named, holder, otherNamed, otherHolder End) bool {
	return named == otherNamed || holder == otherHolder && holder.Repository != ""
}

// elsewhere tells whether another shard does all of a pair.
func (r *run) elsewhere(p *checked) bool { return p.part.whole && p.part.owner != r.Shard.Index }

// mine tells whether an image of a pair is the run's.
func (r *run) mine(p *checked, image string) bool { return p.part.whole || r.Shard.Owns(image) }

// narrow has listings keep no more than the run's images, but of a repository
// that some pair needs whole.
func (r *run) narrow(pairs []*checked, queries map[End]scan.Query) {
	if r.Shard.Whole() {
		return
	}
	whole, sources := map[End]bool{}, map[End]bool{}
	for _, p := range pairs {
		if r.elsewhere(p) {
			continue
		}
		sources[p.source] = true
		whole[p.target] = whole[p.target] || p.part.whole
		whole[p.source] = whole[p.source] || p.part.whole || p.Match == plan.MatchDigest
	}
	for end, q := range queries {
		if !whole[end] {
			q.Own, q.OwnOnly = r.Shard.Owns, !sources[end]
			queries[end] = q
		}
	}
}

// shardOf is the run's shard for its report; nil where it has none.
func shardOf(s shard.Shard) *report.Shard {
	if s.Count == 0 {
		return nil
	}
	return &report.Shard{Index: s.Index, Count: s.Count}
}
