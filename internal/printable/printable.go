// Package printable makes text that comes from outside fit to be shown: names
// and words of a server must neither steer a terminal nor look like other lines
// of a report.
package printable

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line makes text one line of printable characters. What is none becomes a
// question mark: controls, line breaks, what turns the direction of writing, and
// what is no UTF-8.
func Line(text string) string { return replaced(text, unicode.IsPrint) }

// Lines does what Line does, and keeps line breaks.
func Lines(text string) string {
	return replaced(text, func(r rune) bool { return r == '\n' || unicode.IsPrint(r) })
}

func replaced(text string, keep func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if r != utf8.RuneError && keep(r) {
			return r
		}
		return '?'
	}, text)
}

// JSON returns encoded JSON that says the same in printable characters and line
// breaks. JSON itself forbids only the older half of the controls in a text.
func JSON(encoded []byte) []byte {
	if bytes.IndexFunc(encoded, steers) < 0 {
		return encoded
	}
	var b bytes.Buffer
	b.Grow(len(encoded) + 64)
	for _, r := range string(encoded) {
		if !steers(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.Bytes()
}

func steers(r rune) bool { return r > unicode.MaxASCII && !unicode.IsPrint(r) || r == '\x7f' }
