package inspect

import (
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/printable"
)

// JSON writes the result in the form of Schema, indented, in printable characters
// only: it may be read on a terminal.
func JSON(w io.Writer, r *Result) error {
	text, err := printable.Indented(r)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
