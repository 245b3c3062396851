package aql

import (
	"cmp"
	"strings"
)

// text compiles the comparison with a string. The empty string is the
// database's null: it differs from everything and compares with nothing.
func (c comparison) text() func(string) bool {
	positive, negative := c.positive()
	switch {
	case c.comparator == anything:
		return func(string) bool { return true }
	case c.literal.null:
		wanted := c.comparator == equal
		known := wanted || negative
		return func(s string) bool { return known && (s == "") == wanted }
	case negative:
		test := positive.text()
		return func(s string) bool { return !test(s) }
	case c.comparator == match:
		return wildcard(c.literal.text).matches
	}
	return func(s string) bool { return s != "" && c.comparator.ordered(strings.Compare(s, c.literal.text)) }
}

// number compiles the comparison with a number that is never null.
func (c comparison) number(parse func(string) (int64, error)) (func(int64) bool, error) {
	if c.literal.null {
		passes := c.comparator == notEqual
		return func(int64) bool { return passes }, nil
	}
	right, err := parse(c.literal.text)
	if err != nil {
		return nil, err
	}
	return func(left int64) bool { return c.comparator.ordered(cmp.Compare(left, right)) }, nil
}
