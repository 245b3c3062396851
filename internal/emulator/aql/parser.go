package aql

import "strings"

// parser reads a query by recursive descent.
type parser struct {
	lexer

	query *Query
}

// find reads items.find(...). Several objects between the parentheses are one
// list of criteria.
func (p *parser) find() error {
	if err := p.keyword("items"); err != nil {
		return err
	}
	if err := p.expect('.'); err != nil {
		return err
	}
	if err := p.keyword("find"); err != nil {
		return err
	}
	if err := p.expect('('); err != nil {
		return err
	}
	if p.accept(')') {
		return nil
	}
	if err := p.objects(&p.query.criteria); err != nil {
		return err
	}
	return p.expect(')')
}

// objects reads objects into one flat group: braces do not group.
func (p *parser) objects(into *group) error {
	return p.list(func() error {
		if err := p.expect('{'); err != nil {
			return err
		}
		if err := p.list(func() error { return p.criterion(into) }); err != nil {
			return err
		}
		return p.expect('}')
	})
}

// criterion reads one "key": value of an object.
func (p *parser) criterion(into *group) error {
	key, err := p.quoted()
	if err != nil {
		return err
	}
	var n node
	if op, ok := operatorNamed(key.text); ok {
		n, err = p.group(op)
	} else if name, ok := strings.CutPrefix(key.text, "@"); ok && name != "" {
		n, err = p.property(name)
	} else {
		n, err = p.field(key)
	}
	into.children = append(into.children, n)
	return err
}

func (p *parser) group(op operator) (node, error) {
	g := group{operator: op}
	if err := p.expect(':'); err != nil {
		return nil, err
	}
	if err := p.expect('['); err != nil {
		return nil, err
	}
	if err := p.objects(&g); err != nil {
		return nil, err
	}
	return g, p.expect(']')
}

// list reads one or more elements with commas between them.
func (p *parser) list(element func() error) error {
	for {
		if err := element(); err != nil {
			return err
		}
		if !p.accept(',') {
			return nil
		}
	}
}
