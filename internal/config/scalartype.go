package config

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// scalarType is how a kind of field is written in YAML.
type scalarType struct {
	noun string
	tags []string
	// set stores a text that has one of the tags, or reports false.
	set func(v reflect.Value, text string) bool
	// lines tells that it may have more than one line.
	lines bool
}

// extent is how much text it may have.
func (t scalarType) extent() string {
	if t.lines {
		return "lines"
	}
	return "one line"
}

func scalarTypeOf(v reflect.Value) scalarType {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		// A number has a type of its own only so that its problem can say what it lacks.
		return scalarType{"a duration of 0s or more with its unit, such as 30s", []string{"!!str", "!!int", "!!float"}, setDuration, false}
	}
	switch v.Kind() {
	case reflect.Int:
		return scalarType{"a whole number", []string{"!!int"}, setInt, false}
	case reflect.Float64:
		return scalarType{"a number", []string{"!!int", "!!float"}, setFloat, false}
	case reflect.Bool:
		return scalarType{"true or false", []string{"!!bool"}, setBool, false}
	}
	return scalarType{"a string", []string{"!!str"}, setString, v.Type() == reflect.TypeFor[Template]()}
}

func setString(v reflect.Value, text string) bool {
	v.SetString(text)
	return true
}

func setInt(v reflect.Value, text string) bool {
	n, err := strconv.Atoi(text)
	v.SetInt(int64(n))
	return err == nil
}

func setFloat(v reflect.Value, text string) bool {
	n, err := strconv.ParseFloat(text, 64)
	v.SetFloat(n)
	return err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

func setBool(v reflect.Value, text string) bool {
	v.SetBool(strings.EqualFold(text, "true"))
	return v.Bool() || strings.EqualFold(text, "false")
}

// setDuration refuses 0 as well, which time.ParseDuration takes without a unit.
func setDuration(v reflect.Value, text string) bool {
	d, err := time.ParseDuration(text)
	v.SetInt(int64(d))
	_, notNumber := strconv.ParseFloat(text, 64)
	return err == nil && d >= 0 && notNumber != nil
}
