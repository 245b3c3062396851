package web

// Trigger is what a run began for.
type Trigger string

// The triggers.
const (
	// AtStart is a whole run as the program starts.
	AtStart Trigger = "start"
	// BySchedule is a whole run whose time came.
	BySchedule Trigger = "schedule"
	// ByEvent is a run of the images that events named.
	ByEvent Trigger = "event"
)

// whole tells whether such a run looks at all that the configuration names. The
// last report is a whole run's.
func (t Trigger) whole() bool { return t != ByEvent }

// Phrase says the same within a sentence.
func (t Trigger) Phrase() string {
	switch t {
	case AtStart:
		return "at the start of the program"
	case BySchedule:
		return "by the schedule"
	default:
		return "for events"
	}
}
