package artifactory

import (
	"bytes"
	"encoding/binary"
)

// plainRow is a row as servers write it: the fields that were asked for, each
// once, in strings without escapes and a number without a sign, fraction or
// exponent. The fields are parts of the answer.
type plainRow struct {
	fields [fieldsOfRow][]byte
	has    [fieldsOfRow]bool
	spelling
}

// The fields of a row.
const (
	repoField = iota
	pathField
	nameField
	sizeField
	checksumField
	fieldsOfRow
)

func fieldOf(key []byte) (field int, ok bool) {
	switch string(key) {
	case "repo":
		return repoField, true
	case "path":
		return pathField, true
	case "name":
		return nameField, true
	case "size":
		return sizeField, true
	case "sha256":
		return checksumField, true
	}
	return 0, false
}

// read reads the comma before a row, and the row. It returns how long they are;
// 0 where the row is not plain, or where the text ends before it does, which
// short tells. All that it takes is JSON, but for a checksum that has as many
// characters as it needs: set refuses one that are not all digits.
func (r *plainRow) read(text []byte) (n int, short bool) {
	if n := r.spelling.read(text, &r.fields); n > 0 {
		return n, false
	}
	c := cursor{text: text}
	r.fields, r.has, r.count = [fieldsOfRow][]byte{}, [fieldsOfRow]bool{}, 0
	if !r.spell(&c) {
		r.count = 0 // half a spelling is none
		return 0, c.ended()
	}
	return c.at, false
}

// spell reads a row character by character, and notes how it is spelled.
func (r *plainRow) spell(c *cursor) bool {
	if !c.take(',') || !c.take('{') {
		return false
	}
	for from := 0; ; {
		key, ok := c.quoted()
		field, known := fieldOf(key)
		if !ok || !known || r.has[field] || !c.take(':') || field != sizeField && !c.take('"') {
			return false
		}
		r.has[field] = true
		r.note(field, c.text[from:c.at])
		if r.fields[field], ok = c.value(field); !ok {
			return false
		}
		from = c.at
		if field != sizeField {
			c.at++ // the quote
		}
		switch {
		case c.take(','):
		case c.take('}'):
			r.end = append(r.end[:0], c.text[from:c.at]...)
			return true
		default:
			return false
		}
	}
}

// cursor is a place in a text.
type cursor struct {
	text []byte
	at   int
}

func (c *cursor) ended() bool { return c.at == len(c.text) }

// take passes space, and that character; it tells whether that came.
func (c *cursor) take(character byte) bool {
	for ; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case character:
			c.at++
			return true
		case ' ', '\n', '\r', '\t':
		default:
			return false
		}
	}
	return false
}

// quoted passes space and a string, which it returns without its quotes.
func (c *cursor) quoted() ([]byte, bool) {
	if !c.take('"') {
		return nil, false
	}
	text, ok := c.value(nameField)
	if ok {
		c.at++
	}
	return text, ok
}

// value passes the value of a field: a number, or a string from behind its first
// quote to before its last.
func (c *cursor) value(field int) ([]byte, bool) {
	if field == sizeField {
		return c.number()
	}
	length := bytes.IndexByte(c.text[c.at:], '"')
	if length < 0 {
		c.at = len(c.text)
		return nil, false
	}
	text := c.text[c.at:][:length]
	c.at += length
	if field == checksumField && length == digestDigits {
		return text, true // oci.ParseHex takes none but digits
	}
	return text, printableASCII(text)
}

// digestDigits is how many hexadecimal digits a digest has.
const digestDigits = 64

// mostDigits is how many decimal digits a number may have that fits into 64 bits
// whatever they are.
const mostDigits = 18

// number passes space and a whole number.
func (c *cursor) number() ([]byte, bool) {
	for !c.ended() && (c.text[c.at] == ' ' || c.text[c.at] == '\n') {
		c.at++
	}
	start := c.at
	for !c.ended() && c.text[c.at] >= '0' && c.text[c.at] <= '9' {
		c.at++
	}
	text := c.text[start:c.at]
	return text, len(text) > 0 && len(text) <= mostDigits && (text[0] != '0' || len(text) == 1) && !c.ended()
}

// printableASCII tells whether a JSON string may hold the text as it is: no
// control character, no backslash, and nothing that would have to be valid UTF-8.
// It looks at eight bytes at a time.
func printableASCII(text []byte) bool {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	for ; len(text) >= 8; text = text[8:] {
		eight := binary.LittleEndian.Uint64(text)
		backslashes := eight ^ '\\'*ones
		if (eight|(eight-' '*ones)&^eight|(backslashes-ones)&^backslashes)&highs != 0 {
			return false
		}
	}
	for _, c := range text {
		if c < ' ' || c >= 0x80 || c == '\\' {
			return false
		}
	}
	return true
}
