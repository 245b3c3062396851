package aql

import "strings"

// object writes a JSON object in the server's layout: a member a line,
// indented by two, with spaces around the colon.
type object struct {
	bytes   []byte
	indent  string
	members int
}

func (o *object) open() { o.bytes = append(o.bytes, '{') }

// member begins the next member; its value is appended to the bytes.
func (o *object) member(name string) {
	if o.members > 0 {
		o.bytes = append(o.bytes, ',')
	}
	o.members++
	o.bytes = append(o.bytes, '\n')
	o.bytes = append(o.bytes, o.indent...)
	o.bytes = append(o.bytes, `  "`...)
	o.bytes = append(o.bytes, name...)
	o.bytes = append(o.bytes, `" : `...)
}

func (o *object) shut() {
	if o.members == 0 {
		o.bytes = append(o.bytes, " }"...)
		return
	}
	o.bytes = append(o.bytes, '\n')
	o.bytes = append(o.bytes, o.indent...)
	o.bytes = append(o.bytes, '}')
}

// appendString appends s as a JSON string that escapes what JSON demands and
// no more, as the server's encoder does.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	for _, c := range []byte(strings.ToValidUTF8(s, "\uFFFD")) {
		switch {
		case c == '"', c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case strings.IndexByte("\b\t\n\f\r", c) >= 0:
			b = append(b, '\\', "btn-fr"[c-'\b'])
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}
