package web

import (
	"strings"

	"github.com/sigsync/sigsync/internal/page"
)

// whyNone says why there is no report, and when there may be one.
func whyNone(known state) string {
	said := "no whole run has ended yet"
	if known.whole != nil {
		said = "no whole run has made a report yet; the last was not done"
		if len(known.whole.Reasons) > 0 {
			said += ": " + strings.Join(known.whole.Reasons, "; ")
		}
	}
	for _, run := range known.underWay {
		if run.Trigger.whole() {
			return said + "; one is under way since " + page.Clock(run.Started)
		}
	}
	if known.next.IsZero() {
		return said
	}
	return said + "; the next is due at " + page.Clock(known.next)
}
