package notify

import (
	"time"

	"github.com/sigsync/sigsync/internal/report"
)

// Outcome is how a run ended.
type Outcome struct {
	// Report is the run's; nil where the run could not be made.
	Report *report.Report
	// Error says why there is no report, or what went wrong besides it, such as
	// that it could not be written. It makes the outcome a failure. "" is none.
	Error string
	// Mode and Started are the run's where there is no report.
	Mode    report.Mode
	Started time.Time
	// Before is how the whole run before this one ended; nil where that is not
	// known, and then nothing is a recovery.
	Before *Before
}

// Before is how an earlier run ended.
type Before struct {
	ExitCode int `json:"exit_code"`
	// Finished is zero where it is not known.
	Finished time.Time `json:"finished,omitzero"`
}

// Remember is what a later Outcome is told of a run, as its report has it. It is
// nil for a run that was interrupted, which says nothing: keep what is known of
// the one before.
func Remember(run report.Run) *Before {
	if run.ExitCode == report.ExitInterrupted {
		return nil
	}
	return &Before{ExitCode: run.ExitCode, Finished: run.Finished}
}

func (b *Before) good() bool {
	return b == nil || b.ExitCode == report.ExitOK || b.ExitCode == report.ExitInterrupted
}

func (o Outcome) exitCode() int {
	switch {
	case o.Report == nil:
		return report.ExitFailed
	case o.Error != "" && o.Report.Run.ExitCode != report.ExitInterrupted:
		return report.ExitFailed
	default:
		return o.Report.Run.ExitCode
	}
}

// event is what the outcome is worth; "" is nothing. Nobody is told of a run
// that was interrupted: whoever ended it knows, and the next run does the rest.
func (o Outcome) event() Event {
	switch o.exitCode() {
	case report.ExitInterrupted:
		return ""
	case report.ExitLeft:
		return Drift
	case report.ExitOK:
		if o.Before.good() {
			return ""
		}
		return Recovery
	default:
		return Failure
	}
}
