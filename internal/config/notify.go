package config

import (
	"net/url"
	"slices"
	"time"
)

// NotifyForm is the form of a notification's body.
type NotifyForm string

// The values of notify[].form.
const (
	NotifyJSON  NotifyForm = "json"
	NotifySlack NotifyForm = "slack"
	NotifyTeams NotifyForm = "teams"
)

func (NotifyForm) choices() []string {
	return texts(NotifyJSON, NotifySlack, NotifyTeams)
}

// Event is an outcome of a run that somebody may want to hear about.
type Event string

// The events are the values of notify[].on.
const (
	EventDrift    Event = "drift"    // states listed in fail_on are left
	EventFailure  Event = "failure"  // the run could not do its work
	EventRecovery Event = "recovery" // a good run after one that was not
)

func (Event) choices() []string {
	return texts(EventDrift, EventFailure, EventRecovery)
}

// Notify is one place to send outcomes to. It has exactly one of URL and URLFile.
type Notify struct {
	// URL takes the notification. Chat services put their secret into its
	// path or query, so all of it is one.
	URL Secret `yaml:"url,omitempty"`
	// URLFile names a file that holds the URL; it is read again for each
	// notification.
	URLFile string     `yaml:"url_file,omitempty"`
	Form    NotifyForm `yaml:"form"`
	// On lists the events that are told; empty means none.
	On []Event `yaml:"on"`
	// Template makes the body of the form json; empty means the usual one.
	Template Template `yaml:"template,omitempty"`
	// Repeat is how long the same news is not told again; 0 tells it after
	// every run.
	Repeat time.Duration `yaml:"repeat"`
}

func (n *Notify) setDefaults() {
	*n = Notify{Form: NotifyJSON, On: []Event{EventDrift, EventFailure, EventRecovery}}
}

func (n *Notify) check(key string, p *problems) {
	n.checkPlace(key, p)
	choice(child(key, "form"), n.Form, p)
	for i, event := range n.On {
		choice(item(child(key, "on"), i), event, p)
		if slices.Contains(n.On[:i], event) {
			p.add(item(child(key, "on"), i), "expected each event once")
		}
	}
	n.checkTemplate(child(key, "template"), p)
}

func (n *Notify) checkPlace(key string, p *problems) {
	switch given := present(key, p, "url", "url_file"); {
	case len(given) != 1:
		p.add(key, "expected either url or url_file")
	case given[0] == "url_file":
		if n.URLFile == "" {
			p.add(child(key, "url_file"), "expected the name of a file with a URL")
		}
	case !isReceiver(n.URL.Reveal()):
		p.add(child(key, "url"), "expected an http or https URL")
	}
}

// isReceiver tells whether notifications can be sent to the URL. Unlike a
// server's it may have a query, where workflows of Teams have their signature,
// and credentials.
func isReceiver(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func (n *Notify) checkTemplate(key string, p *problems) {
	if n.Template == "" {
		return
	}
	if n.Form == NotifySlack || n.Form == NotifyTeams {
		p.add(key, "expected form json beside it, got %s", n.Form)
		return
	}
	n.Template.check(key, p, "json", "text")
}
