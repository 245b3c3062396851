package aql

import "unicode/utf8"

// wildcard is a $match pattern: a star is any run of characters, a question
// mark is one character, and nothing else is special.
type wildcard string

// matches tells whether the pattern covers the whole of s; the empty string
// is null, which no pattern covers. On a mismatch it goes back to the last
// star and lets that take one more character, so it needs no recursion.
func (w wildcard) matches(s string) bool {
	if s == "" {
		return false
	}
	at, star, taken := 0, -1, 0
	for i := 0; i < len(s); {
		switch {
		case at < len(w) && w[at] == '*':
			star, taken = at, i
			at++
		case at < len(w) && w[at] == '?':
			_, size := utf8.DecodeRuneInString(s[i:])
			at, i = at+1, i+size
		case at < len(w) && w[at] == s[i]:
			at, i = at+1, i+1
		case star >= 0:
			_, size := utf8.DecodeRuneInString(s[taken:])
			taken += size
			at, i = star+1, taken
		default:
			return false
		}
	}
	for at < len(w) && w[at] == '*' {
		at++
	}
	return at == len(w)
}
