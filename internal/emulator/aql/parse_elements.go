package aql

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// elements reads what follows find(...), up to the end of the text. Each
// element may stand once, and only in this order.
func (p *parser) elements() error {
	order := []string{"include", "transitive", "sort", "offset", "limit", "distinct"}
	for p.accept('.') {
		name := p.bare(letter)
		i := slices.Index(order, name.text)
		if i < 0 {
			return p.reject(name)
		}
		order = order[i+1:]
		if err := p.element(name.text); err != nil {
			return err
		}
	}
	if t := p.next(); t.at < len(p.text) {
		return p.reject(t)
	}
	return nil
}

func (p *parser) element(name string) error {
	err := p.expect('(')
	if err != nil {
		return err
	}
	switch name {
	case "include":
		err = p.list(p.include)
	case "transitive":
		p.query.transitive = true
	case "sort":
		err = p.sort()
	case "offset":
		p.query.offset, err = p.count()
	case "limit":
		p.query.limit, err = p.count()
	case "distinct":
		err = p.boolean()
	}
	if err != nil {
		return err
	}
	return p.expect(')')
}

// include reads one name of what the rows shall hold.
func (p *parser) include() error {
	t, err := p.quoted()
	if err != nil {
		return err
	}
	if !p.query.selection.include(t.text) {
		return p.reject(t)
	}
	return nil
}

// sort reads {"$asc": [fields]} or {"$desc": [fields]}.
func (p *parser) sort() error {
	if err := p.expect('{'); err != nil {
		return err
	}
	direction, err := p.quoted()
	if err != nil {
		return err
	}
	if direction.text != "$asc" && direction.text != "$desc" {
		return p.reject(direction)
	}
	p.query.sort.descending = direction.text == "$desc"
	if err := p.expect(':'); err != nil {
		return err
	}
	if err := p.expect('['); err != nil {
		return err
	}
	if err := p.list(p.sortField); err != nil {
		return err
	}
	if err := p.expect(']'); err != nil {
		return err
	}
	return p.expect('}')
}

func (p *parser) sortField() error {
	t, err := p.quoted()
	if err != nil {
		return err
	}
	f, ok := fieldNamed(t.text)
	if !ok || f == fieldVirtualRepos {
		return p.reject(t)
	}
	p.query.sort.fields = append(p.query.sort.fields, f)
	return nil
}

// count reads a number that is not negative. The server cuts off a fraction.
func (p *parser) count() (int, error) {
	t := p.bare(func(c byte) bool { return digit(c) || c == '.' })
	n, err := strconv.ParseFloat(t.text, 64)
	if err != nil || !numeric(t.text) {
		return 0, p.reject(t)
	}
	return int(min(n, math.MaxInt32)), nil
}

// boolean reads what distinct takes, and forgets it: rows here are never repeated.
func (p *parser) boolean() error {
	if t := p.bare(letter); !strings.EqualFold(t.text, "true") && !strings.EqualFold(t.text, "false") {
		return p.reject(t)
	}
	return nil
}
