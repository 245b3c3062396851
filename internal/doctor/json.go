package doctor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/printable"
)

// JSON writes the report in the form of Schema, indented, in printable characters
// only.
func JSON(w io.Writer, r *Report) error { return encode(w, r) }

func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	if err == nil {
		_, err = w.Write(printable.JSON(b.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
