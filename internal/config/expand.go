package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// expand replaces ${NAME} and ${NAME:-default} by what env says about NAME.
// As in a shell, the default also stands in for an empty variable. $${ is a
// literal ${. What comes from a variable is not expanded again.
func expand(text string, env func(string) (string, bool)) (string, error) {
	var out strings.Builder
	for {
		start := strings.Index(text, "${")
		if start < 0 {
			out.WriteString(text)
			return out.String(), nil
		}
		if start > 0 && text[start-1] == '$' {
			out.WriteString(text[:start-1] + "${")
			text = text[start+2:]
			continue
		}
		out.WriteString(text[:start])
		reference, rest, closed := strings.Cut(text[start+2:], "}")
		if !closed {
			return "", errors.New("expected a } after ${: write $${ for a literal ${")
		}
		value, err := lookUp(reference, env)
		if err != nil {
			return "", err
		}
		out.WriteString(value)
		text = rest
	}
}

// lookUp resolves what stands between ${ and }. Its errors show nothing of a
// reference that is malformed: it may be part of a password.
func lookUp(reference string, env func(string) (string, bool)) (string, error) {
	name, fallback, optional := strings.Cut(reference, ":-")
	switch {
	case !isVariable(name):
		return "", errors.New("expected ${NAME} or ${NAME:-default}: write $${ for a literal ${")
	case strings.Contains(fallback, "${"):
		return "", errors.New("expected a default without a reference of its own")
	}
	value, set := env(name)
	switch {
	case optional && value == "":
		return fallback, nil
	case !set:
		return "", fmt.Errorf("variable %s is not set: set it or write ${%s:-default}", name, name)
	case !utf8.ValidString(value):
		return "", fmt.Errorf("variable %s is not UTF-8 text", name)
	}
	return value, nil
}

func isVariable(name string) bool {
	return name != "" && !isDigit(rune(name[0])) && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && !isDigit(r) && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isReference reports whether the text is one reference and nothing else.
func isReference(text string) bool {
	return strings.HasPrefix(text, "${") && strings.IndexByte(text, '}') == len(text)-1
}

// escape is the inverse of expand: it writes a text so that it stands for itself.
func escape(text string) string { return strings.ReplaceAll(text, "${", "$${") }
