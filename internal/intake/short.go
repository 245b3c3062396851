package intake

import "unicode/utf8"

// Short returns an error with at most MessageBytes of the words of err, which what
// was read may have made long. It is err still, as errors.Is and errors.As see it.
func Short(err error) error { return short{err} }

type short struct{ error }

func (s short) Error() string {
	text := s.error.Error()
	if len(text) <= MessageBytes {
		return text
	}
	end := MessageBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func (s short) Unwrap() error { return s.error }
