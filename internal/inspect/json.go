package inspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/printable"
)

// JSON writes the result in the form of Schema, indented, in printable characters
// only: it may be read on a terminal.
func JSON(w io.Writer, r *Result) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(r)
	if err == nil {
		_, err = w.Write(printable.JSON(b.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
