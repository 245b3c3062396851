package config

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// scalar stores a scalar, its references expanded, in a field that is no
// mapping and no list.
func (d *decoder) scalar(n *yaml.Node, at path, v reflect.Value) {
	t := scalarTypeOf(v)
	tag := n.ShortTag()
	// The value of a variable has no tag: it is what the field needs.
	accepted := slices.Contains(t.tags, tag) || tag == "!!str" && isReference(n.Value)
	if n.Kind != yaml.ScalarNode || !accepted {
		d.fail(at, "expected %s, got %s%s", t.noun, describe(n), quotesHint(n, v))
		return
	}
	text := n.Value
	if tag == "!!str" {
		var ok bool
		if text, ok = d.expanded(n.Value, at); !ok {
			return
		}
	}
	switch {
	case strings.ContainsFunc(text, func(r rune) bool { return isBreak(r) && (!t.lines || r != '\n' && r != '\t') }):
		// It is not shown, because it may be a secret with a line break at its end.
		d.fail(at, "expected %s of text without control characters", t.extent())
	case !t.set(v, text):
		d.fail(at, "expected %s, got %s", t.noun, d.problems.got(at.key, text))
	}
}

// expanded is the text with its references replaced.
func (d *decoder) expanded(raw string, at path) (string, bool) {
	if strings.Contains(raw, "${") {
		place := d.problems.places[at.key]
		place.raw = raw
		d.problems.places[at.key] = place
	}
	text, err := expand(raw, d.env)
	if err != nil {
		d.fail(at, "%s", err)
	}
	return text, err == nil
}

// quotesHint tells how to write a number or the like where a string is wanted.
func quotesHint(n *yaml.Node, v reflect.Value) string {
	if v.Kind() == reflect.String && n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" {
		return ": put it in quotes"
	}
	return ""
}

// isBreak reports whether r ends a line or controls a terminal.
func isBreak(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
