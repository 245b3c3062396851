package registry_test

import (
	"context"
	"io"
	"strings"
)

// counting opens text and counts how often.
func counting(n *int, text string) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) {
		*n++
		return io.NopCloser(strings.NewReader(text)), nil
	}
}
