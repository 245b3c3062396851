package planfile

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
)

// Encode returns the plan in the form of Schema, indented, in printable
// characters only. The error says that nobody would read so long a plan.
func Encode(f *File) ([]byte, error) {
	var b bytes.Buffer
	err := json.MarshalWrite(&b, f, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("write plan: %w", err)
	}
	b.WriteByte('\n')
	text := printable.JSON(b.Bytes())
	if err := intake.Check("the plan", len(text), intake.PlanBytes, "bytes"); err != nil {
		return nil, fmt.Errorf("write plan: %w", errors.Join(err, errors.New("make several of parts of it: --pair, --image or --limit")))
	}
	return text, nil
}
