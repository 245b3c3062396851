package config

import (
	"fmt"
	"io"
)

// Secret is a text that shows itself as "***" wherever it is printed or
// encoded. An empty secret stays empty, so that its absence can be seen.
type Secret string

// Reveal returns the text itself, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

// String returns the mask.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString returns the mask, for %#v.
func (s Secret) GoString() string { return s.String() }

// Format writes the mask, whatever the verb is.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText returns the mask. It never fails.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON returns the mask as a JSON string. It never fails.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// MarshalYAML returns the mask. It never fails.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }
