package aql

import (
	"fmt"
	"strings"
)

// SyntaxError says that a text is not a query. Artifactory answers it with status 400.
type SyntaxError struct {
	// Query is the whole text.
	Query string
	// Near is the rest of the text, from where it could not be read.
	Near string
}

// Error returns Artifactory's own message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Failed to parse query: %s, it looks like there is syntax error near the following sub-query: %s",
		e.Query, e.Near)
}

// reject makes the error for a piece of text that does not belong where it stands.
func (l *lexer) reject(t token) error {
	return &SyntaxError{Query: l.text, Near: strings.TrimSpace(l.text[t.at:])}
}
