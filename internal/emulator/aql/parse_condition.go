package aql

import "strings"

// field reads the condition on the item field, or on the half of a property, that key names.
func (p *parser) field(key token) (node, error) {
	switch key.text {
	case "property.key":
		c, err := p.comparison(absolute)
		return propertyCondition{key: c, value: comparison{comparator: anything}}, err
	case "property.value":
		c, err := p.comparison(absolute)
		return propertyCondition{key: comparison{comparator: anything}, value: c}, err
	}
	f, ok := fieldNamed(key.text)
	if !ok || !columns[f].comparable() {
		return nil, p.reject(key)
	}
	c, err := p.comparison(everyComparator)
	return fieldCondition{field: f, comparison: c}, err
}

// property reads the condition on the property with that key. A star in the
// place of the key is any key. A star in the place of the value moves the
// comparison over to the key, which is how a query asks whether a key exists.
func (p *parser) property(key string) (node, error) {
	c, err := p.comparison(absolute)
	name := comparison{comparator: equal, literal: literal{text: key}}
	value := c
	if c.literal == (literal{text: "*"}) {
		name.comparator, value = c.comparator, comparison{comparator: anything}
	}
	if key == "*" {
		name = name.wild()
	}
	return propertyCondition{key: name, value: value}, err
}

// comparison reads ": literal" or ": {comparator: literal}", with one of the
// first so many comparators.
func (p *parser) comparison(comparators comparator) (comparison, error) {
	c := comparison{comparator: equal}
	if err := p.expect(':'); err != nil {
		return c, err
	}
	var err error
	if !p.accept('{') {
		c.literal, err = p.literal()
		return c, err
	}
	name, err := p.quoted()
	if err != nil {
		return c, err
	}
	known, ok := comparatorNamed(name.text, comparators)
	if !ok {
		return c, p.reject(name)
	}
	c.comparator = known
	if err := p.expect(':'); err != nil {
		return c, err
	}
	if c.literal, err = p.literal(); err != nil {
		return c, err
	}
	return c, p.expect('}')
}

// literal reads a string, a number or null.
func (p *parser) literal() (literal, error) {
	if t := p.next(); strings.HasPrefix(p.text[t.at:], `"`) {
		t, err := p.quoted()
		return literal{text: t.text}, err
	}
	t := p.bare(func(c byte) bool { return letter(c) || digit(c) || c == '.' || c == '-' })
	switch {
	case strings.EqualFold(t.text, "null"):
		return literal{null: true}, nil
	case numeric(strings.TrimPrefix(t.text, "-")):
		return literal{text: t.text}, nil
	}
	return literal{}, p.reject(t)
}

// numeric tells whether s is digits, with a fraction or without.
func numeric(s string) bool {
	whole, fraction, dotted := strings.Cut(s, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!dotted || digits(fraction))
}
