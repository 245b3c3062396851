package metrics

import (
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
)

// presentable makes words from outside fit for a line of a log.
func presentable(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > intake.MessageBytes {
		text = strings.ToValidUTF8(text[:intake.MessageBytes], "") + "…"
	}
	return printable.Line(text)
}
