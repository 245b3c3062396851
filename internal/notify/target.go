package notify

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Form is the form of what a target is sent.
type Form string

// The forms.
const (
	// JSON is a Message, or what a target's template makes of it.
	JSON Form = "json"
	// Slack is what Slack's incoming webhooks take: blocks, with a text for
	// notifications.
	Slack Form = "slack"
	// Teams is what a workflow of Microsoft Teams takes: a message with an
	// Adaptive Card.
	Teams Form = "teams"
)

// Event is an outcome of a run that somebody may want to hear about.
type Event string

// The events. A run is at most one of them.
const (
	// Drift: states of fail_on are left, or a limit stopped the run (exit code 3).
	Drift Event = "drift"
	// Failure: the run could not do its work (exit code 1).
	Failure Event = "failure"
	// Recovery: a good run (exit code 0) after one that was not.
	Recovery Event = "recovery"
)

// Target is one receiver.
type Target struct {
	// URL takes the notification. All of it is a secret. User and password in
	// it are sent as basic authentication.
	URL string
	// URLFile names a file with the URL, read again for each notification. A
	// target has either that or URL.
	URLFile string
	Form    Form
	// On lists the events that the target hears of; none is none.
	On []Event
	// Template is a Go text/template that makes the body, which has to be JSON,
	// of a Message. It goes with the form JSON alone; "" sends the Message itself.
	Template string
	// Repeat is how long the same news is kept from the target; 0 tells it after
	// every run. News are the same where the event, the counts of what is left
	// and the errors are the same as of those that the target was told last, and
	// no run was good in between.
	Repeat time.Duration
}

func (t Target) check() error {
	switch {
	case !slices.Contains([]Form{JSON, Slack, Teams}, t.Form):
		return fmt.Errorf("form %q is none of json, slack and teams", t.Form)
	case (t.URL == "") == (t.URLFile == ""):
		return errors.New("it needs either a URL or a file with one")
	case t.Template != "" && t.Form != JSON:
		return errors.New("a template goes with the form json")
	case t.URL != "":
		_, err := parseURL(t.URL)
		return err
	}
	return nil
}
