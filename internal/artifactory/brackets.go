package artifactory

// brackets says how deep inside of a value a byte is.
type brackets struct {
	depth           int
	quoted, escaped bool
}

func (b *brackets) see(c byte) {
	switch {
	case b.escaped:
		b.escaped = false
	case b.quoted && c == '\\':
		b.escaped = true
	case c == '"':
		b.quoted = !b.quoted
	case b.quoted:
	case c == '{' || c == '[':
		b.depth++
	case c == '}' || c == ']':
		b.depth--
	}
}
