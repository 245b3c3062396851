package inspect

import (
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
)

// colour is an ANSI "select graphic rendition" parameter (ECMA-48).
type colour string

const (
	bold   colour = "1"
	dim    colour = "2"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
)

func (t *text) paint(c colour, s string) string {
	if !t.options.Colour || s == "" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

// colour is that of a state, as the report has it.
func (t *text) colour(name string) colour {
	s, err := plan.ParseState(name)
	switch {
	case err != nil:
		return dim
	case s == plan.InSync || s == plan.Ahead:
		return green
	case !slices.Contains(t.result.FailOn, s):
		return dim
	case s == plan.Missing || s == plan.Partial || s == plan.Stale:
		return yellow
	default:
		return red
	}
}
