package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	_ "embed" // keywords of the schema

	"gopkg.in/yaml.v3"
)

// schemaID is where the schema of the current development is published.
const schemaID = "https://raw.githubusercontent.com/sigsync/sigsync/main/docs/sigsync.schema.json"

//go:embed schema.yaml
var schemaKeywords []byte

// node is a schema, or a part of one.
type node map[string]any

// Schema returns a JSON Schema (draft 2020-12) of configuration files, with a
// line break at its end. It accepts what Parse does, but for spellings that nobody
// chooses, such as -0s, and refuses those whose values alone tell that they are wrong. What variables hold, how the file
// is written and what pairs are to each other it does not know. An error is a
// defect of the program.
func Schema() ([]byte, error) {
	b := schemaBuilder{}
	if err := yaml.Unmarshal(schemaKeywords, &b.keywords); err != nil {
		return nil, fmt.Errorf("read keywords of the schema: %w", err)
	}
	written := document{Config: defaultConfig()}
	root := b.value(reflect.ValueOf(&written).Elem(), "")
	if left := slices.Sorted(maps.Keys(b.keywords)); len(left) > 0 {
		return nil, fmt.Errorf("build schema: no such keys: %s", strings.Join(left, ", "))
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = schemaID
	root.define("text", textNode(""))
	root.define("lines", textNode(`\n\t`))
	encoded, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return append(encoded, '\n'), nil
}

// schemaBuilder makes schemas of types. The keywords of keys are taken out as
// they are used.
type schemaBuilder struct {
	keywords map[string]node
}

// value is the schema of what stands at a key; v holds its defaults. Items of a
// list stand at key[], and entries of a mapping under names of their own at key.*.
func (b *schemaBuilder) value(v reflect.Value, key string) node {
	var n node
	switch v.Kind() {
	case reflect.Struct:
		n = b.fields(v, key)
	case reflect.Map:
		n = node{"type": "object", "additionalProperties": b.value(fresh(v.Type().Elem().Elem()).Elem(), key+".*")}
	case reflect.Slice:
		n = node{"type": "array", "items": b.value(fresh(v.Type().Elem()).Elem(), key+"[]")}
	case reflect.Pointer:
		return b.value(fresh(v.Type().Elem()).Elem(), key)
	default:
		n = scalarNode(v, key)
	}
	n.merge(b.keywords[key])
	delete(b.keywords, key)
	if d := defaultOf(v); d != nil && n["const"] == nil {
		n["default"] = d
	}
	return n
}

func (b *schemaBuilder) fields(v reflect.Value, key string) node {
	properties := node{}
	fields, _ := fieldsOf(v)
	for name, field := range fields {
		properties[name] = b.value(field, strings.TrimPrefix(key+"."+name, "."))
	}
	return node{"type": "object", "additionalProperties": false, "properties": properties}
}

// merge adds keywords, and has the pattern of a text allow for references.
func (n node) merge(more node) {
	pattern := more["pattern"]
	maps.Copy(n, more)
	if pattern != nil {
		n["pattern"] = fmt.Sprintf("%s|%s", pattern, anyReference)
	}
}

func (n node) define(name string, definition node) {
	definitions, ok := n["$defs"].(node)
	if !ok {
		definitions = node{}
		n["$defs"] = definitions
	}
	definitions[name] = definition
}

// defaultOf is what a key has that is left out, or nil where that is nothing.
func defaultOf(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Struct, v.Kind() == reflect.Map, v.Kind() == reflect.Pointer:
		return nil
	case v.Kind() == reflect.Slice && v.Len() == 0, v.Kind() == reflect.String && v.Len() == 0:
		return nil
	case v.Type() == reflect.TypeFor[time.Duration]():
		return time.Duration(v.Int()).String()
	}
	return v.Interface()
}
