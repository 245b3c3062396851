package doctor

import (
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/printable"
)

// JSON writes the report in the form of Schema, indented, in printable characters
// only.
func JSON(w io.Writer, r *Report) error { return encode(w, r) }

func encode(w io.Writer, v any) error {
	text, err := printable.Indented(v)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
