package config

import (
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// keyValue is one entry of a YAML mapping.
type keyValue struct {
	name       string
	key, value *yaml.Node
}

// pairs lists the entries of a mapping that have a plain key, and reports the
// others. Of several entries with one key it lists the first.
func (d *decoder) pairs(n *yaml.Node, at path) []keyValue {
	if n.Kind != yaml.MappingNode {
		d.fail(at, "expected a mapping, got %s", describe(n))
		return nil
	}
	var pairs []keyValue
	lines := map[string]int{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		first, repeated := lines[key.Value]
		if problem := keyProblem(key); problem != "" {
			d.problems.addAt(key.Line, key.Column, at.key, problem)
			continue
		}
		if repeated {
			problem := fmt.Sprintf("expected the key once, got it on line %d already", first)
			d.problems.addAt(key.Line, key.Column, child(at.key, key.Value), problem)
			continue
		}
		lines[key.Value] = key.Line
		pairs = append(pairs, keyValue{key.Value, key, n.Content[i+1]})
	}
	return pairs
}

// keyProblem says what is wrong with a key whatever the mapping is about.
func keyProblem(key *yaml.Node) string {
	switch {
	case key.Kind != yaml.ScalarNode:
		return "expected a plain key, got " + describe(key)
	case key.ShortTag() == "!!merge":
		return "merge keys (<<) are not read: write the keys out"
	}
	return ""
}

// fieldsOf maps the keys of a struct to its fields, and lists the keys. A
// field hides one of the same key in an inlined struct.
func fieldsOf(v reflect.Value) (fields map[string]reflect.Value, names []string) {
	fields = map[string]reflect.Value{}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if options == "inline" {
			fields, names = fieldsOf(v.Field(i))
			continue
		}
		if _, hidden := fields[name]; !hidden {
			names = append(names, name)
		}
		fields[name] = v.Field(i)
	}
	return fields, names
}

// unknownHint is the likely key, or all of them.
func unknownHint(name string, names []string) string {
	if hint := suggestion(name, names); hint != "" {
		return hint
	}
	return ": expected one of " + strings.Join(names, ", ")
}
