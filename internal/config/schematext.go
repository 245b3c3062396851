package config

import (
	"reflect"
	"time"
)

// Patterns of texts. They mean the same in JavaScript, where editors read them,
// and in Go.
const (
	// name is that of a variable.
	variableName = `[A-Za-z_][A-Za-z0-9_]*`
	// fallback is a default in a reference: it has no } and no reference.
	fallback = `(:-([^$}]|\$+[^${}])*\$*)?`
	// anyReference is somewhere in a text that is not known before it is expanded.
	anyReference = `\$\{`
	// onlyReference is all of a value that is not a text once it is expanded.
	onlyReference = `^\$\{` + variableName + fallback + `\}$`
	// duration is as time.ParseDuration reads it, with a unit and without a sign.
	duration = `^\+?(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`
)

// textNode is a text with references that are whole, and without controls but
// those.
func textNode(but string) node {
	controls := `\x00-\x1f`
	if but != "" {
		controls = `\x00-\x08\x0b-\x1f` // all but tab and line break
	}
	plain := `[^$` + controls + "\\x7f-\\x9f\u2028\u2029]"
	afterDollar := `[^${` + controls + "\\x7f-\\x9f\u2028\u2029]"
	return node{
		"type":    "string",
		"pattern": `^(` + plain + `|\$+` + afterDollar + `|\$\$+\{|\$\{` + variableName + fallback + `\})*\$*$`,
	}
}

// scalarNode is the schema of a value that is no mapping and no list. A number
// or a boolean may be a reference and nothing else; JSON Schema asks patterns of
// texts only, and limits of numbers only.
func scalarNode(v reflect.Value, key string) node {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return node{"$ref": "#/$defs/text", "pattern": duration + "|" + anyReference}
	}
	switch v.Kind() {
	case reflect.Int:
		return node{"type": []string{"integer", "string"}, "pattern": onlyReference}
	case reflect.Float64:
		return node{"type": []string{"number", "string"}, "pattern": onlyReference}
	case reflect.Bool:
		return node{"type": []string{"boolean", "string"}, "pattern": onlyReference}
	}
	if values := valuesOf(v, key); values != nil {
		return node{"$ref": "#/$defs/text", "anyOf": []node{{"enum": values}, {"pattern": anyReference}}}
	}
	if v.Type() == reflect.TypeFor[Template]() {
		return node{"$ref": "#/$defs/lines"}
	}
	return node{"$ref": "#/$defs/text"}
}

// valuesOf are the values that a text can have, or nil where it may be any.
func valuesOf(v reflect.Value, key string) []string {
	if key == "fail_on[]" {
		return stateNames()
	}
	if c, ok := reflect.TypeAssert[interface{ choices() []string }](v); ok {
		return c.choices()
	}
	return nil
}
