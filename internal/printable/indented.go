package printable

import (
	"bytes"
	"encoding/json"
)

// Indented returns v as indented JSON in printable characters and line breaks: it
// may be read on a terminal. The error says that v has no JSON.
func Indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return JSON(b.Bytes()), nil
}
