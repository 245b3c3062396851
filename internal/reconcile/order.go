package reconcile

import (
	"errors"
	"slices"
)

// inOrder puts a pair after those that fill its source, by the repositories
// that hold the files: the configuration's order knows only the names that the
// pairs use. What a cycle holds cannot be put in order and is not done.
func inOrder(pairs []*checked) []*checked {
	var ordered []*checked
	for rest := pairs; len(rest) > 0; {
		next := slices.IndexFunc(rest, func(p *checked) bool { return !fed(p, rest) })
		if next < 0 {
			for _, p := range rest {
				p.err = errors.New("is part of a cycle of pairs: what one fills, another takes from, once virtual repositories are followed")
			}
			return append(ordered, rest...)
		}
		ordered = append(ordered, rest[next])
		rest = slices.Delete(slices.Clone(rest), next, next+1)
	}
	return ordered
}

// fed tells whether another of the pairs fills the pair's source.
func fed(p *checked, pairs []*checked) bool {
	return p.err == nil && slices.ContainsFunc(pairs, func(q *checked) bool {
		return q != p && q.err == nil && q.target == p.source
	})
}
