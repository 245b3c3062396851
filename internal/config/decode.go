package config

import (
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/intake"
)

// decoder stores nodes of a YAML tree in structs, by their yaml tags. Unlike
// the YAML library it is strict, remembers where each key stood, and goes on
// after a problem.
type decoder struct {
	env      func(string) (string, bool)
	problems *problems
	depth    int // of the aliases around the current node
	aliased  int // nodes read through aliases so far
}

// value stores n in v and reports what does not fit.
func (d *decoder) value(n *yaml.Node, at path, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
		d.depth++
		defer func() { d.depth-- }()
	}
	if d.depth > 0 && !d.mayAlias(at) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.fields(n, at, v)
	case reflect.Map:
		d.entries(n, at, v)
	case reflect.Slice:
		d.items(n, at, v)
	case reflect.Pointer:
		v.Set(fresh(v.Type().Elem()))
		d.value(n, at, v.Elem())
	default:
		d.scalar(n, at, v)
	}
}

// mayAlias counts nodes read through aliases. Once there are too many, nothing
// else is reported about a file that is only partly read.
func (d *decoder) mayAlias(at path) bool {
	d.aliased++
	if d.aliased > intake.Aliased {
		d.fail(at, "expected aliases for at most %d values", intake.Aliased)
		d.problems.breaks("")
	}
	return d.aliased <= intake.Aliased
}

func (d *decoder) fields(n *yaml.Node, at path, v reflect.Value) {
	fields, names := fieldsOf(v)
	pairs := d.pairs(n, at)
	for _, pair := range pairs {
		d.remember(pair.key, at.child(pair.name))
	}
	for _, pair := range pairs {
		if field, known := fields[pair.name]; known {
			d.value(pair.value, at.child(pair.name), field)
		} else {
			d.unknown(pair, at, names)
		}
	}
}

// unknown reports an unknown key. The key that was meant is not missing then,
// only misspelt, unless the file has it as well.
func (d *decoder) unknown(pair keyValue, at path, names []string) {
	if strings.Contains(pair.name, ":") {
		// In {token:secret} all of it is the key, and must not be shown.
		d.problems.addAt(pair.key.Line, pair.key.Column, at.key, "expected a space after the colon of a key")
		return
	}
	d.fail(at.child(pair.name), "unknown key%s", unknownHint(pair.name, names))
	if meant := at.child(closest(pair.name, names)); !d.problems.has(meant.key) {
		d.problems.breaks(meant.key)
	}
}

func (d *decoder) entries(n *yaml.Node, at path, v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, pair := range d.pairs(n, at) {
		to := at.child(pair.name)
		d.remember(pair.key, to)
		entry := fresh(v.Type().Elem().Elem())
		d.value(pair.value, to, entry.Elem())
		v.SetMapIndex(reflect.ValueOf(pair.name), entry)
	}
}

func (d *decoder) items(n *yaml.Node, at path, v reflect.Value) {
	v.SetZero()
	if n.Kind != yaml.SequenceNode {
		d.fail(at, "expected a list, got %s", describe(n))
		return
	}
	for i, content := range n.Content {
		d.remember(content, at.item(i))
		entry := fresh(v.Type().Elem()).Elem()
		d.value(content, at.item(i), entry)
		v.Set(reflect.Append(v, entry))
	}
}

// remember notes where a key stands.
func (d *decoder) remember(n *yaml.Node, at path) {
	d.problems.places[at.key] = place{line: n.Line, column: n.Column}
}

// fail reports that a value could not be read.
func (d *decoder) fail(at path, format string, args ...any) {
	d.problems.add(at.key, format, args...)
	d.problems.breaks(at.key)
}
