package config

import (
	"errors"
	"fmt"
	"regexp"
	"text/template"

	"github.com/sigsync/sigsync/internal/printable"
)

// Template is a text of many lines that makes other texts. It shows itself as
// "***" wherever it is printed or encoded, like a Secret: variables of the
// environment in it may be secrets.
type Template string

// Reveal returns the text itself, for the one place that parses it.
func (t Template) Reveal() string { return string(t) }

// String returns the mask.
func (t Template) String() string { return Secret(t).String() }

// GoString returns the mask, for %#v.
func (t Template) GoString() string { return Secret(t).String() }

// Format writes the mask, whatever the verb is.
func (t Template) Format(f fmt.State, verb rune) { Secret(t).Format(f, verb) }

// MarshalText returns the mask. It never fails.
func (t Template) MarshalText() ([]byte, error) { return Secret(t).MarshalText() }

// MarshalJSON returns the mask as a JSON string. It never fails.
func (t Template) MarshalJSON() ([]byte, error) { return Secret(t).MarshalJSON() }

// MarshalYAML returns the mask. It never fails.
func (t Template) MarshalYAML() (any, error) { return Secret(t).MarshalYAML() }

// check reports what is no Go template with those functions beside the usual
// ones. What came from the environment is not repeated.
func (t Template) check(key string, p *problems, functions ...string) {
	known := template.FuncMap{}
	for _, name := range functions {
		known[name] = func(any) (string, error) { return "", errors.ErrUnsupported }
	}
	_, err := template.New("t").Funcs(known).Parse(t.Reveal())
	if err == nil {
		return
	}
	found := regexp.MustCompile(`(?s)^template: t:(\d+)(?::\d+)?: (.*)$`).FindStringSubmatch(err.Error())
	switch {
	case found == nil:
		p.add(key, "expected a Go template")
	case p.places[key].raw != "":
		p.add(key, "expected a Go template, whose line %s is wrong", found[1])
	default:
		p.add(key, "expected a Go template, in line %s of it: %s", found[1], printable.Line(found[2]))
	}
}
