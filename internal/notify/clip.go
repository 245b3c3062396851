package notify

import (
	"strings"
	"unicode/utf8"

	"github.com/sigsync/sigsync/internal/printable"
)

// clip makes a text one printable line of at most that many bytes and a mark
// where there was more. It looks at no more of the text than that.
func clip(text string, most int) string {
	mark := ""
	if len(text) > most {
		for most > 0 && !utf8.RuneStart(text[most]) {
			most--
		}
		text, mark = text[:most], "…"
	}
	return printable.Line(strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "; ")) + mark
}
