package notify

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"github.com/sigsync/sigsync/internal/printable"
)

// What a template may make. The bounds are far above what a receiver takes, and
// end a template that goes on for ever.
const (
	// templateBytes is for the body, and for each value within.
	templateBytes = 256 << 10
	// templateSteps counts pieces of output and rounds of loops.
	templateSteps = 10_000
)

var (
	errTooLong  = errors.New("it makes more than 256 KiB")
	errTooMuch  = errors.New("it takes more than 10,000 steps")
	errNoJSON   = errors.New("what it makes is no JSON")
	errPanicked = errors.New("it panicked")
)

// bodyTemplate makes the body of a notification.
type bodyTemplate struct{ parsed *template.Template }

// parseTemplate parses a template. Every value that it puts out is written as
// part of a JSON text, unless the function json writes it as JSON of its own.
func parseTemplate(text string) (*bodyTemplate, error) {
	parsed, err := template.New("template").Option("missingkey=error").Funcs(functions()).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("parse template: %s is wrong", lineOf(err))
	}
	for _, t := range parsed.Templates() {
		if t.Tree != nil {
			guard(t.Tree.Root)
		}
	}
	return &bodyTemplate{parsed}, nil
}

// lineOf keeps of an error the number of a line. Its words may hold what is in a
// template, where variables of the environment may have put secrets.
func lineOf(err error) string {
	if found := regexp.MustCompile(`^template: template:(\d+)`).FindStringSubmatch(err.Error()); found != nil {
		return "line " + found[1]
	}
	return "a line"
}

// render makes the body for a message. Its errors repeat nothing of the template
// but a place in it.
func (b *bodyTemplate) render(m Message) (made []byte, err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	var out bounded
	if err := b.parsed.Execute(&out, m); err != nil {
		return nil, withoutCode(err)
	}
	made = bytes.TrimSpace(out.Bytes())
	if !json.Valid(made) {
		return nil, errNoJSON
	}
	return made, nil
}

// withoutCode keeps of an error where in a template it was, and what it was.
func withoutCode(err error) error {
	for _, known := range []error{errTooLong, errTooMuch} {
		if errors.Is(err, known) {
			return known
		}
	}
	text := regexp.MustCompile(`(?s): executing .* at <.*>: `).ReplaceAllString(err.Error(), ": ")
	return errors.New(clip(strings.TrimPrefix(text, "template: "), wordsBytes))
}

// bounded is the output of a template. It counts what is written, nothing as well.
type bounded struct {
	bytes.Buffer
	steps int
}

// Write takes a piece of output.
func (b *bounded) Write(piece []byte) (int, error) {
	b.steps++
	switch {
	case b.steps > templateSteps:
		return 0, errTooMuch
	case b.Len()+len(piece) > templateBytes:
		return 0, errTooLong
	}
	return b.Buffer.Write(piece)
}

// functions are those of templates beside the usual ones. Those that make texts
// are replaced by their like with a bound.
func functions() template.FuncMap {
	return template.FuncMap{
		"json":     asJSON,
		textOfJSON: asText,
		"print":    short(fmt.Sprint),
		"println":  short(fmt.Sprintln),
		"html":     short(template.HTMLEscaper),
		"js":       short(template.JSEscaper),
		"urlquery": short(template.URLQueryEscaper),
		"printf": func(format string, args ...any) (string, error) {
			return short(func(args ...any) string { return fmt.Sprintf(format, args...) })(args...)
		},
	}
}

func short(f func(...any) string) func(...any) (string, error) {
	return func(args ...any) (string, error) {
		made := f(args...)
		if len(made) > templateBytes {
			return "", errTooLong
		}
		return made, nil
	}
}

// asJSON writes a value as JSON, texts with their quotes.
func asJSON(v any) (string, error) {
	made, err := encode(v)
	if err == nil && len(made) > templateBytes {
		err = errTooLong
	}
	return string(printable.JSON(made)), err
}

// textOfJSON is the name of the function that guard puts behind what has none.
const textOfJSON = "text"

// asText writes a value as it stands within the quotes of a JSON text.
func asText(v any) (string, error) {
	text := fmt.Sprint(v)
	if m, ok := v.(encoding.TextMarshaler); ok {
		own, err := m.MarshalText()
		if err != nil {
			return "", err
		}
		text = string(own)
	}
	quoted, err := asJSON(text)
	return strings.TrimSuffix(strings.TrimPrefix(quoted, `"`), `"`), err
}
