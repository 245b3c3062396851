package notify

import (
	"fmt"
	"sync"
	"time"
)

// receiver is a target with its parsed template, and what it was told last.
type receiver struct {
	Target
	// name is that of the logs; it holds nothing of the URL.
	name     string
	template *bodyTemplate // nil is none

	mu   sync.Mutex
	last told
}

// told is what a target was told, and when.
type told struct {
	news news
	at   time.Time
}

func newReceiver(number int, t Target) (*receiver, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	r := &receiver{Target: t, name: fmt.Sprintf("notify target %d (%s)", number, t.Form)}
	if t.Template == "" {
		return r, nil
	}
	var err error
	r.template, err = parseTemplate(t.Template)
	return r, err
}

// make writes a message in the receiver's form.
func (r *receiver) make(m Message) ([]byte, error) {
	switch {
	case r.template != nil:
		return r.template.render(m)
	case r.Form == Slack:
		return encode(slackForm(m))
	case r.Form == Teams:
		return encode(teamsForm(m))
	default:
		return encode(m)
	}
}

// knows tells whether the receiver was told this last, and not long ago.
func (r *receiver) knows(fresh news, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last.news == fresh && now.Sub(r.last.at) < r.Repeat
}

func (r *receiver) remember(fresh news, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = told{fresh, now}
}

// forget has all that was told be over.
func (r *receiver) forget() { r.remember(news{}, time.Time{}) }
