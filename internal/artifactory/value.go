package artifactory

import "bytes"

// first is the value at the beginning of JSON that is known to be well formed,
// and goes on behind the value.
func first(json []byte) []byte {
	switch json[0] {
	case '"':
		return json[:quoted(json)]
	case '{', '[':
		return json[:nested(json)]
	default:
		return json[:bytes.IndexAny(json, ",]} \t\r\n")]
	}
}

// after skips space, and the comma or colon in it.
func after(json []byte) []byte {
	for i, c := range json {
		switch c {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			return json[i:]
		}
	}
	return nil
}

// quoted is the length of a string with its quotes.
func quoted(json []byte) int {
	end := 1 + bytes.IndexByte(json[1:], '"')
	if bytes.IndexByte(json[1:end], '\\') < 0 {
		return end + 1
	}
	for i := 1; ; i++ {
		switch json[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// nested is the length of an object or array.
func nested(json []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch json[i] {
		case '"':
			i += quoted(json[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
}
