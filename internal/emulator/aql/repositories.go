package aql

import "slices"

func (c fieldCondition) repositories(bool) []string {
	if c.field != fieldRepo || c.comparison.comparator != equal || c.comparison.literal.null {
		return nil
	}
	return []string{c.comparison.literal.text}
}

func (propertyCondition) repositories(bool) []string { return nil }

func (g group) repositories(all bool) []string {
	if g.all(all) {
		return g.demanded()
	}
	var keys []string
	for _, n := range g.children {
		k := n.repositories(false)
		if k == nil {
			return nil
		}
		keys = appendNew(keys, k)
	}
	return keys
}

// demanded are the keys that the criteria name themselves, or else those of
// the first group among them that is tied to some.
func (g group) demanded() []string {
	var named, grouped []string
	for _, n := range g.children {
		keys := n.repositories(true)
		if _, ok := n.(fieldCondition); ok {
			named = appendNew(named, keys)
		} else if grouped == nil {
			grouped = keys
		}
	}
	if named != nil {
		return named
	}
	return grouped
}

func appendNew(keys, more []string) []string {
	for _, k := range more {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}
