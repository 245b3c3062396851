package artifactory

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// widen turns a doublestar glob into a wildcard pattern of the query language
// that matches at least as much. A star crosses slashes there, and there are
// neither classes nor alternatives: the pattern ends with a star where one
// begins. A star also takes the slashes beside it, because "a/**" matches "a".
// Strings have no escapes, so what would need one becomes a question mark.
func widen(glob string) string {
	var pattern []byte
	escaped := false
	for _, r := range glob {
		switch {
		case escaped || unsure(r):
			pattern = append(pattern, '?')
			escaped = false
		case r == '\\':
			escaped = true
		case r == '[' || r == '{':
			return string(star(pattern))
		case r == '*':
			pattern = star(pattern)
		case r == '/' && bytes.HasSuffix(pattern, []byte("*")):
		default:
			pattern = utf8.AppendRune(pattern, r)
		}
	}
	return string(pattern)
}

func star(pattern []byte) []byte { return append(bytes.TrimRight(pattern, "/*"), '*') }

// unsure tells of characters that a string of the query language may not hold
// as they are.
func unsure(r rune) bool {
	return strings.ContainsRune("\"]}\ufffd", r) || !unicode.IsPrint(r)
}
