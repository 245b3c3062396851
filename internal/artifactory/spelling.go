package artifactory

import "bytes"

// spelling is how a plain row was written: its fields in their order, what stands
// before the value of each, but for space before a number, and what behind the last.
// A server spells all rows alike, so that of the next one only the values have to be
// looked at.
type spelling struct {
	fields [fieldsOfRow]int
	before [fieldsOfRow][]byte
	count  int
	end    []byte
}

// note adds a field, with what stands before its value.
func (s *spelling) note(field int, before []byte) {
	s.fields[s.count] = field
	s.before[s.count] = append(s.before[s.count][:0], before...)
	s.count++
}

// read reads a row that is spelled like that and plain, and returns how long it
// is; 0 where there is none.
func (s *spelling) read(text []byte, values *[fieldsOfRow][]byte) int {
	c := cursor{text: text}
	for i, field := range s.fields[:s.count] {
		if !c.pass(s.before[i]) {
			return 0
		}
		var ok bool
		if values[field], ok = c.value(field); !ok {
			return 0
		}
	}
	if s.count == 0 || !c.pass(s.end) {
		return 0
	}
	return c.at
}

// pass passes a text, and tells whether that came.
func (c *cursor) pass(text []byte) bool {
	if !bytes.HasPrefix(c.text[c.at:], text) {
		return false
	}
	c.at += len(text)
	return true
}
