package aql

// comparison is a comparator with its right-hand side.
type comparison struct {
	comparator comparator
	literal    literal
}

// literal is a value as the query spells it.
type literal struct {
	text string
	null bool
}

// comparator is how a value is compared. Those before absolute are good for
// properties and fields, those before everyComparator for fields.
type comparator uint8

const (
	equal comparator = iota
	notEqual
	greater
	greaterOrEqual
	less
	lessOrEqual
	match
	notMatch
	before
	last

	anything // has no name: it stands for a missing comparison

	absolute        = before
	everyComparator = anything
)

var comparatorNames = [...]string{
	equal: "$eq", notEqual: "$ne", greater: "$gt", greaterOrEqual: "$gte", less: "$lt", lessOrEqual: "$lte",
	match: "$match", notMatch: "$nmatch", before: "$before", last: "$last",
}

// comparatorNamed finds a comparator among those before the end.
func comparatorNamed(name string, end comparator) (comparator, bool) {
	for c := range end {
		if comparatorNames[c] == name {
			return c, true
		}
	}
	return 0, false
}

// wild makes $eq and $ne heed wildcards.
func (c comparison) wild() comparison {
	switch c.comparator {
	case equal:
		c.comparator = match
	case notEqual:
		c.comparator = notMatch
	default:
	}
	return c
}

// positive returns the comparison without its negation, and whether it had one.
func (c comparison) positive() (comparison, bool) {
	switch c.comparator {
	case notEqual:
		return comparison{equal, c.literal}, true
	case notMatch:
		return comparison{match, c.literal}, true
	default:
		return c, false
	}
}

// ordered tells whether values that compare like that (negative, zero,
// positive) pass the comparator, whose wildcards do not count.
func (c comparator) ordered(order int) bool {
	switch c {
	case notEqual, notMatch:
		return order != 0
	case greater:
		return order > 0
	case greaterOrEqual:
		return order >= 0
	case less:
		return order < 0
	case lessOrEqual:
		return order <= 0
	default:
		return order == 0
	}
}
