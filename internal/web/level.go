package web

import "github.com/sigsync/sigsync/internal/report"

// level is how well something is, and the class that it has in the page.
type level string

const (
	good level = "good"
	warn level = "warn"
	bad  level = "bad"
	none level = "none"
)

func levelOf(exitCode int) level {
	switch exitCode {
	case report.ExitOK:
		return good
	case report.ExitLeft:
		return warn
	default:
		return bad
	}
}
