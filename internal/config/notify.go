package config

// NotifyForm is the form of a notification's body.
type NotifyForm string

// The values of notify[].form.
const (
	NotifyJSON  NotifyForm = "json"
	NotifySlack NotifyForm = "slack"
	NotifyTeams NotifyForm = "teams"
)

// Event is an outcome of a run that somebody may want to hear about.
type Event string

// The events are the values of notify[].on.
const (
	EventDrift    Event = "drift"    // states listed in fail_on are left
	EventFailure  Event = "failure"  // the run could not do its work
	EventRecovery Event = "recovery" // a good run after one that was not
)

// Notify is one place to send outcomes to.
type Notify struct {
	// URL takes the notification. Chat services put their secret into its
	// path, so all of it is one.
	URL  Secret     `yaml:"url"`
	Form NotifyForm `yaml:"form"`
	On   []Event    `yaml:"on"`
}

func (n *Notify) setDefaults() {
	*n = Notify{Form: NotifyJSON, On: []Event{EventDrift, EventFailure, EventRecovery}}
}

func (n *Notify) check(key string, p *problems) {
	if urlProblem(n.URL.Reveal()) != "" {
		p.add(child(key, "url"), "expected an http or https URL")
	}
	oneOf(child(key, "form"), n.Form, p, NotifyJSON, NotifySlack, NotifyTeams)
	for i, event := range n.On {
		oneOf(item(child(key, "on"), i), event, p, EventDrift, EventFailure, EventRecovery)
	}
}
