package aql

import (
	"slices"
	"strings"
)

// Prefixes are what the paths of the query's rows begin with, one or another of
// them; nil where they may begin with anything. A database with an index over
// the paths reads no others.
func (q *Query) Prefixes() []string { return q.criteria.prefixes(true) }

func (c fieldCondition) prefixes(bool) []string {
	if c.field != fieldPath || c.comparison.literal.null {
		return nil
	}
	text := c.comparison.literal.text
	switch c.comparison.comparator {
	case equal:
		return []string{text}
	case match:
		if n := strings.IndexAny(text, "*?"); n >= 0 {
			text = text[:n]
		}
		if text != "" {
			return []string{text}
		}
	default:
	}
	return nil
}

func (propertyCondition) prefixes(bool) []string { return nil }

// prefixes of criteria that must all hold are those of one of them, which is
// enough; else all of them must have some.
func (g group) prefixes(all bool) []string {
	var prefixes []string
	for _, n := range g.children {
		found := n.prefixes(g.all(all))
		if g.all(all) {
			if found != nil {
				return found
			}
			continue
		}
		if found == nil {
			return nil
		}
		prefixes = append(prefixes, found...)
	}
	return prefixes
}

func (fieldCondition) joins() bool { return false }

func (propertyCondition) joins() bool { return true }

func (g group) joins() bool { return slices.ContainsFunc(g.children, node.joins) }
