package config

import (
	"slices"
	"strings"
)

// chain puts pairs in order by a depth-first walk from each pair to those that
// fill its source.
type chain struct {
	links    []link
	byTarget map[location][]int
	state    []visit
	trail    []int // the pairs between the start of the walk and where it is
	sorted   []Pair
	problems *problems
}

// visit is how far the walk has come with a pair.
type visit int

const (
	unvisited visit = iota
	open            // on the trail
	done
)

// ordered is the pairs in the order of the file, but each after those whose
// target is its source. Cycles are reported.
func ordered(links []link, p *problems) []Pair {
	c := chain{links: links, byTarget: map[location][]int{}, state: make([]visit, len(links)), problems: p}
	for i, l := range links {
		if l.known() && l.from != l.to {
			c.byTarget[l.to] = append(c.byTarget[l.to], i)
		}
	}
	for i := range links {
		c.visit(i)
	}
	return c.sorted
}

func (c *chain) visit(i int) {
	switch c.state[i] {
	case unvisited:
	case open:
		c.report(i)
		return
	case done:
		return
	}
	c.state[i] = open
	c.trail = append(c.trail, i)
	for _, before := range c.byTarget[c.links[i].from] {
		c.visit(before)
	}
	c.trail = c.trail[:len(c.trail)-1]
	c.state[i] = done
	c.sorted = append(c.sorted, c.links[i].Pair)
}

// report spells out the cycle that leads back to pair i. The trail runs
// against the flow of signatures, so it is told from its end.
func (c *chain) report(i int) {
	names := []string{c.links[i].Name}
	for _, n := range slices.Backward(c.trail) {
		names = append(names, c.links[n].Name)
		if n == i {
			break
		}
	}
	c.problems.add(c.links[i].key, "expected pairs without a cycle, got %s", strings.Join(names, " -> "))
}
