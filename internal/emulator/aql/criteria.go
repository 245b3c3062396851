package aql

import "slices"

// node is a part of the criteria.
type node interface {
	// compile resolves values and comparators, once for all items.
	compile(scope) (predicate, error)
	// names tells whether any criterion is about that field.
	names(field) bool
	// joins tells whether any criterion is about properties.
	joins() bool
	// prefixes are what the paths of matching items begin with, one or another of
	// them; nil where they may begin with anything. The flag is as with repositories.
	prefixes(all bool) []string
	// repositories are the keys that every matching item's repository is
	// among, or nil if it may be any. The flag says that all criteria around
	// must hold; else one is enough.
	repositories(all bool) []string
}

// group is a list of criteria, flat over the objects that they stand in.
type group struct {
	operator operator
	children []node
}

// operator joins the criteria of a group.
type operator uint8

const (
	and operator = iota
	or
	msp // on one property; joins like the group around it

	operatorCount
)

var operatorNames = [...]string{and: "$and", or: "$or", msp: "$msp"}

func operatorNamed(name string) (operator, bool) {
	for o := range operatorCount {
		if operatorNames[o] == name {
			return o, true
		}
	}
	return 0, false
}

// all tells whether all children must hold, given whether that goes for the group around.
func (g group) all(around bool) bool {
	if g.operator == msp {
		return around
	}
	return g.operator == and
}

func (g group) names(f field) bool {
	return slices.ContainsFunc(g.children, func(n node) bool { return n.names(f) })
}

// fieldCondition compares a field of the item.
type fieldCondition struct {
	field      field
	comparison comparison
}

func (c fieldCondition) names(f field) bool { return c.field == f }

// propertyCondition compares key and value of the item's properties.
type propertyCondition struct {
	key, value comparison
}

func (propertyCondition) names(field) bool { return false }
