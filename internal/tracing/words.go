package tracing

import (
	"errors"
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
)

// describe says why something failed, without the URL of it.
func describe(err error) string {
	if e, ok := errors.AsType[reasoned](err); ok {
		return clip(e.Reason())
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return clip(err.Error())
}

// reasoned is an error that can tell why alone, and not also what was asked of
// whom.
type reasoned interface {
	error
	Reason() string
}

// clip makes a text one short line.
func clip(text string) string {
	text = printable.Line(strings.TrimSpace(text))
	if len(text) > intake.MessageBytes {
		text = strings.ToValidUTF8(text[:intake.MessageBytes], "") + "…"
	}
	return text
}
