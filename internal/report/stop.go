package report

import "strings"

// Stop says what kept a run from beginning all that it had to do.
type Stop struct {
	By     StopCause `json:"by"`
	Reason string    `json:"reason"`
}

// StopCause is what stopped a run.
type StopCause string

// The causes. Settings are called by their keys.
const (
	BySignal            StopCause = "signal"
	ByRunTimeout        StopCause = "run_timeout"
	ByLimit             StopCause = "--limit"
	ByMaxCopies         StopCause = limitsPrefix + "max_copies"
	ByMaxFailures       StopCause = limitsPrefix + "max_failures"
	ByMaxFailurePercent StopCause = limitsPrefix + "max_failure_percent"
)

const limitsPrefix = "limits."

// weight orders the causes by what they have the exit code say.
func (c StopCause) weight() int {
	switch {
	case c == BySignal:
		return 3
	case c == ByRunTimeout:
		return 2
	case strings.HasPrefix(string(c), limitsPrefix):
		return 1
	default:
		return 0
	}
}

// stoppedBy tells whether that stopped the run.
func (r *Report) stoppedBy(cause StopCause) bool {
	return r.Run.Stopped != nil && r.Run.Stopped.By == cause
}

// pastLimits tells whether one of the configuration's limits stopped the run.
func (r *Report) pastLimits() bool {
	return r.Run.Stopped != nil && strings.HasPrefix(string(r.Run.Stopped.By), limitsPrefix)
}
