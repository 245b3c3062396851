package config

import (
	"strconv"
	"strings"
	"unicode"
)

// child is the key of an entry of a mapping. Names that would make the path
// hard to read are quoted.
func child(key, name string) string {
	if name == "" || strings.ContainsFunc(name, isOdd) {
		name = strconv.Quote(name)
	}
	if key == "" {
		return name
	}
	return key + "." + name
}

func isOdd(r rune) bool {
	return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// item is the key of an item of a list, counted from 0.
func item(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

// parent is the key around a key; "" is the file as a whole.
func parent(key string) string { return key[:max(strings.LastIndexAny(key, ".["), 0)] }

// path is where a value stands.
type path struct{ key string }

func (p path) child(name string) path { return path{child(p.key, name)} }
func (p path) item(i int) path        { return path{item(p.key, i)} }
