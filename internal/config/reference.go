package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	_ "embed" // examples of the reference, and what stands before it

	"gopkg.in/yaml.v3"
)

//go:embed reference.md
var referenceIntroduction string

//go:embed examples.yaml
var referenceExamples []byte

// Reference returns the reference of configuration files for people, a page of
// Markdown with every key that Schema has, in the order of the types. An error
// is a defect of the program.
func Reference() ([]byte, error) {
	r := referenceWriter{}
	if err := yaml.Unmarshal(schemaKeywords, &r.keywords); err != nil {
		return nil, fmt.Errorf("read keywords of the schema: %w", err)
	}
	if err := yaml.Unmarshal(referenceExamples, &r.examples); err != nil {
		return nil, fmt.Errorf("read examples of the reference: %w", err)
	}
	r.text.WriteString(referenceIntroduction)
	written := document{Config: defaultConfig()}
	fields, names := fieldsOf(reflect.ValueOf(&written).Elem())
	for _, name := range names {
		r.section(name, fields[name])
	}
	if left := slices.Sorted(maps.Keys(r.examples)); len(left) > 0 {
		return nil, fmt.Errorf("write reference: no such keys: %s", strings.Join(left, ", "))
	}
	return []byte(r.text.String()), nil
}

// referenceWriter writes the reference. Examples are taken out as they are used.
type referenceWriter struct {
	text     strings.Builder
	keywords map[string]node
	examples map[string]yaml.Node
}

// section writes a key of the file with all that it holds.
func (r *referenceWriter) section(key string, v reflect.Value) {
	fmt.Fprintf(&r.text, "\n## %s\n\n%s\n\n| Key | Type | Default | What | Example |\n|---|---|---|---|---|\n", key, r.description(key))
	r.rows(v, key)
}

// rows writes a key and those below it. What groups others has no row of its
// own where it says nothing that the heading does not.
func (r *referenceWriter) rows(v reflect.Value, key string) {
	if v.Kind() == reflect.Pointer {
		v = fresh(v.Type().Elem()).Elem()
	}
	if strings.ContainsAny(key, ".[") || v.Kind() != reflect.Struct {
		r.row(v, key)
	}
	switch v.Kind() {
	case reflect.Struct:
		fields, names := fieldsOf(v)
		for _, name := range names {
			r.rows(fields[name], key+"."+name)
		}
	case reflect.Map:
		r.rows(fresh(v.Type().Elem().Elem()).Elem(), key+".*")
	case reflect.Slice:
		r.rows(fresh(v.Type().Elem()).Elem(), key+"[]")
	}
}

func (r *referenceWriter) row(v reflect.Value, key string) {
	example := ""
	if e, ok := r.examples[key]; ok {
		example = quoted(flow(&e))
		delete(r.examples, key)
	}
	fmt.Fprintf(&r.text, "| `%s` | %s | %s | %s | %s |\n", key, typeText(v, key), r.defaultText(v, key), r.description(key), example)
}

// defaultText is what a key has that is left out, or that it cannot be.
func (r *referenceWriter) defaultText(v reflect.Value, key string) string {
	if r.needed(key) {
		return "needed"
	}
	d := defaultOf(v)
	if d == nil {
		return ""
	}
	var n yaml.Node
	if err := n.Encode(d); err != nil {
		return err.Error()
	}
	return quoted(flow(&n))
}

// needed tells whether the mapping that a key is in cannot be without it.
func (r *referenceWriter) needed(key string) bool {
	parent, name := "", key
	if dot := strings.LastIndex(key, "."); dot >= 0 {
		parent, name = key[:dot], key[dot+1:]
	}
	required, _ := r.keywords[parent]["required"].([]any)
	return slices.Contains(required, any(name))
}

// description is what the schema says of a key, fit for a cell of a table.
func (r *referenceWriter) description(key string) string {
	said, _ := r.keywords[key]["description"].(string)
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(strings.TrimSpace(said))
}

// flow is an example as it is written in a line.
func flow(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	n.Style = yaml.FlowStyle
	encoded, err := yaml.Marshal(n)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(encoded))
}

func quoted(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

// typeText says what may stand at a key.
func typeText(v reflect.Value, key string) string {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return "duration"
	}
	switch v.Kind() {
	case reflect.Struct:
		return "mapping"
	case reflect.Map:
		return "mapping by name"
	case reflect.Slice:
		return "list"
	case reflect.Int, reflect.Float64:
		return "number"
	case reflect.Bool:
		return "`true` or `false`"
	}
	if values := valuesOf(v, key); values != nil {
		return "one of `" + strings.Join(values, "`, `") + "`"
	}
	return "text"
}
