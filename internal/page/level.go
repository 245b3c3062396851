package page

import (
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// Level is how well something is, and the class that it has in a page.
type Level string

// The levels.
const (
	Good Level = "good"
	Warn Level = "warn"
	Bad  Level = "bad"
	None Level = "none"
)

// LevelOf is how well a run ended that had that exit code.
func LevelOf(exitCode int) Level {
	switch exitCode {
	case report.ExitOK:
		return Good
	case report.ExitLeft:
		return Warn
	default:
		return Bad
	}
}

// LevelOfState is how bad it is that something is left in a state; counts tells
// whether fail_on names it.
func LevelOfState(s plan.State, counts bool) Level {
	switch {
	case s == plan.InSync || s == plan.Ahead:
		return Good
	case !counts:
		return None
	case s == plan.Missing || s == plan.Partial || s == plan.Stale:
		return Warn
	default:
		return Bad
	}
}

// Mark says the same in a character: colour alone tells some nothing.
func (l Level) Mark() string {
	return map[Level]string{Good: "✓", Warn: "!", Bad: "✕", None: "…"}[l]
}

// Hue is the same as a colour of an icon, as six hexadecimal digits.
func (l Level) Hue() string {
	return map[Level]string{Good: "17752f", Warn: "9a6700", Bad: "c0271d", None: "59636e"}[l]
}
