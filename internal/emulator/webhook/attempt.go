package webhook

import (
	"errors"
	"net/url"
	"slices"
)

// Outcome is what became of a try to deliver an event.
type Outcome string

// The outcomes. Only after Failed is there another try, unless it was the last.
const (
	Delivered Outcome = "delivered"
	Failed    Outcome = "failed"  // no answer, or one of 500 and above
	Refused   Outcome = "refused" // any other answer that is no success
	Blocked   Outcome = "blocked" // a private address
	Lost      Outcome = "lost"    // dropped by a switch, or because too many are under way
	Ended     Outcome = "ended"   // the server was closed
)

// Attempt is one try to deliver an event, or that there was none.
type Attempt struct {
	Subscription string
	// URL is without credentials and query.
	URL  string
	Type Type
	// Repo and Path are those of the event's manifest.
	Repo, Path string
	// Try counts from one, or is zero when nothing was sent.
	Try int
	// Status is the HTTP status of the answer, or zero when there was none.
	Status  int
	Outcome Outcome
	// Problem says why in words, where the status does not.
	Problem string
}

// remembered is how many attempts are kept.
const remembered = 4096

func (s *Sender) record(a Attempt) {
	s.logging.Lock()
	defer s.logging.Unlock()
	if len(s.attempts) == remembered {
		s.attempts = slices.Delete(s.attempts, 0, remembered/2)
	}
	s.attempts = append(s.attempts, a)
	if s.options.Observe != nil {
		s.options.Observe(a)
	}
}

// Attempts returns the newest attempts, the oldest first.
func (s *Sender) Attempts() []Attempt {
	s.logging.Lock()
	defer s.logging.Unlock()
	return slices.Clone(s.attempts)
}

// bare is a URL that may be shown.
func bare(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// problem is an error of a request without its URL, which may have secrets in it.
func problem(err error) string {
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err
	}
	return err.Error()
}
