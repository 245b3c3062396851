package reconcile

import (
	"errors"
	"slices"
)

// inOrder puts a pair after those that fill its source, by the repositories
// that hold the files: the configuration's order knows only the names that the
// pairs use. Pairs in a cycle cannot be put in order and are not done.
func inOrder(pairs []*checked) []*checked {
	var ordered []*checked
	for rest := slices.Clone(pairs); len(rest) > 0; {
		next := slices.IndexFunc(rest, func(p *checked) bool { return !fed(p, rest) })
		if next < 0 {
			breakCycles(rest)
			continue
		}
		ordered = append(ordered, rest[next])
		rest = slices.Delete(rest, next, next+1)
	}
	return ordered
}

// breakCycles takes out of the run those of the pairs that feed each other in a
// circle. Whatever only follows or only fills them can still be done.
func breakCycles(pairs []*checked) {
	circle := slices.Clone(pairs)
	for before := 0; before != len(circle); {
		before = len(circle)
		circle = slices.DeleteFunc(slices.Clone(circle), func(p *checked) bool {
			return !feeds(p, circle) || !fed(p, circle)
		})
	}
	for _, p := range circle {
		p.err = errors.New("is part of a cycle of pairs: what one fills, another takes from, once virtual repositories are followed")
	}
}

// feeds tells whether the pair fills the source of one of the pairs.
func feeds(p *checked, pairs []*checked) bool {
	return p.err == nil && slices.ContainsFunc(pairs, func(q *checked) bool { return q.err == nil && p.target == q.source })
}

// fed tells whether another of the pairs fills the pair's source.
func fed(p *checked, pairs []*checked) bool {
	return p.err == nil && slices.ContainsFunc(pairs, func(q *checked) bool {
		return q != p && q.err == nil && q.target == p.source
	})
}
