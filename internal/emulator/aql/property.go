package aql

import "slices"

// property is one of the rows that the database keeps of an item's
// properties: a key with several values has several.
type property struct{ key, value string }

// compile makes the test on a property. A negation is about the whole item:
// it holds if no property has that key and value.
func (c propertyCondition) compile(s scope) (predicate, error) {
	key, negativeKey := c.key.positive()
	value, negativeValue := c.value.positive()
	hasKey, hasValue := key.text(), value.text()
	wanted := !negativeKey && !negativeValue
	if s.shared {
		return func(c *candidate) bool {
			return c.property != nil && (hasKey(c.property.key) && hasValue(c.property.value)) == wanted
		}, nil
	}
	return func(c *candidate) bool { return c.has(hasKey, hasValue) == wanted }, nil
}

func (c *candidate) has(key, value func(string) bool) bool {
	for k, values := range c.item.Properties {
		if key(k) && slices.ContainsFunc(values, value) {
			return true
		}
	}
	return false
}

// onOneProperty makes the test whether one of the item's properties passes
// the inner test. An item without properties gets one try without any.
func onOneProperty(inner predicate) predicate {
	return func(c *candidate) bool {
		try := candidate{item: c.item}
		if len(c.item.Properties) == 0 {
			return inner(&try)
		}
		for k, values := range c.item.Properties {
			for _, v := range values {
				try.property = &property{k, v}
				if inner(&try) {
					return true
				}
			}
		}
		return false
	}
}
