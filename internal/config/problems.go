package config

import (
	"fmt"
	"strconv"
)

// problems collects what is wrong with one file. Checks name a key; where that
// key stands is known from decoding.
type problems struct {
	file   string
	places map[string]place
	// broken holds the keys whose value could not be read. Checks of such a
	// value, or of what it should have held, would only repeat that.
	broken map[string]bool
	list   Errors
}

// place is where a key stands in the file and what was read there.
type place struct {
	line, column int
	// raw is the scalar as written, when it had references in it.
	raw string
}

func newProblems(file string) *problems {
	return &problems{
		file:   file,
		places: map[string]place{},
		broken: map[string]bool{},
	}
}

// add reports a problem, unless it follows from one that was reported before.
func (p *problems) add(key, format string, args ...any) {
	if !p.isBroken(key) {
		at := p.nearest(key)
		p.addAt(at.line, at.column, key, fmt.Sprintf(format, args...))
	}
}

func (p *problems) addAt(line, column int, key, problem string) {
	p.list = append(p.list, &Error{File: p.file, Line: line, Column: column, Key: key, Problem: problem})
}

// expected reports that a key should have held something else.
func (p *problems) expected(key, what string, got any) {
	p.add(key, "expected %s, got %s", what, p.got(key, got))
}

// got shows a value. One that was expanded is shown as it is written in the
// file, because nobody knows which variables are secret.
func (p *problems) got(key string, value any) string {
	if raw := p.places[key].raw; raw != "" {
		return "the value of " + strconv.Quote(raw)
	}
	if text, ok := value.(string); ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(value)
}

// has reports whether the file has the key.
func (p *problems) has(key string) bool {
	_, found := p.places[key]
	return found
}

// breaks marks a key as one whose value could not be read.
func (p *problems) breaks(key string) { p.broken[key] = true }

func (p *problems) isBroken(key string) bool {
	for ; key != ""; key = parent(key) {
		if p.broken[key] {
			return true
		}
	}
	return p.broken[""]
}

// nearest is the place of the key, or of the innermost key around it that the
// file has.
func (p *problems) nearest(key string) place {
	for ; key != ""; key = parent(key) {
		if at, found := p.places[key]; found {
			return at
		}
	}
	return p.places[""]
}

// err is nil or all problems in the order of the file.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return p.list.sorted()
}
