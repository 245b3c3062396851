package aql

import (
	"slices"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// candidate is an item under test.
type candidate struct {
	item tree.Item
	// property is, inside $msp, the one that the criteria there must agree on.
	property *property
}

type predicate func(*candidate) bool

// scope is what a criterion must know of its surroundings.
type scope struct {
	now     time.Time
	members func(string) ([]string, bool)
	// all says that all criteria of the group must hold; else one is enough.
	all bool
	// fold says that texts compare without regard to case.
	fold bool
	// shared says that the property criteria are about one property.
	shared bool
}

// compile makes the test of the whole query. Files only, unless the query
// says something about the type.
func (q *Query) compile(env Env) (predicate, error) {
	g := q.criteria
	if !g.names(fieldType) {
		files := fieldCondition{fieldType, comparison{equal, literal{text: "file"}}}
		g.children = append(slices.Clip(g.children), files)
	}
	return g.compile(scope{now: env.Now, members: env.Members, fold: env.IgnoreCase})
}

func (g group) compile(s scope) (predicate, error) {
	s.all = g.all(s.all)
	s.shared = s.shared || g.operator == msp
	tests := make([]predicate, len(g.children))
	for i, n := range g.children {
		var err error
		if tests[i], err = n.compile(s); err != nil {
			return nil, err
		}
	}
	joined := func(c *candidate) bool {
		for _, test := range tests {
			if test(c) != s.all {
				return !s.all
			}
		}
		return s.all
	}
	if g.operator == msp {
		return onOneProperty(joined), nil
	}
	return joined, nil
}

func (c fieldCondition) compile(s scope) (predicate, error) {
	right, err := c.comparison.relativeTo(s.now)
	if err != nil {
		return nil, err
	}
	if c.field == fieldType && right.literal == (literal{text: "any"}) {
		return func(*candidate) bool { return true }, nil
	}
	column := columns[c.field]
	if column.text != nil {
		if s.fold && c.field != fieldRepo {
			right.literal.text = strings.ToLower(right.literal.text)
		}
		test := right.text()
		if c.field == fieldRepo {
			test = right.expand(test, s.members)
		}
		if s.fold && c.field != fieldRepo {
			return func(c *candidate) bool { return test(strings.ToLower(column.text(&c.item))) }, nil
		}
		return func(c *candidate) bool { return test(column.text(&c.item)) }, nil
	}
	test, err := right.number(column.parse)
	return func(c *candidate) bool { return test(column.number(&c.item)) }, err
}

// expand makes a comparison with a virtual repository's key one with its members.
func (c comparison) expand(test func(string) bool, members func(string) ([]string, bool)) func(string) bool {
	positive, negative := c.positive()
	if members == nil || positive.comparator != equal {
		return test
	}
	keys, ok := members(c.literal.text)
	if !ok {
		return test
	}
	return func(key string) bool { return slices.Contains(keys, key) != negative }
}
