package notify

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// news tells apart what is new about messages: the event, how much is left in
// which state, and which pairs could not be done, why.
type news [sha256.Size]byte

// newsOf are the same where numbers in the words of errors are all that differs:
// ports and durations do from run to run.
func newsOf(o Outcome, m Message) news {
	h := sha256.New()
	write := func(format string, args ...any) { _, _ = fmt.Fprintf(h, format, args...) } // a hash takes everything
	write("%s %s %d %s %q\n", m.Event, inOrder(m.Left), m.MoreFindings+len(m.Findings), m.Run.Stopped, withoutNumbers(o.Error))
	if o.Report != nil {
		for i := range o.Report.Pairs {
			if p := &o.Report.Pairs[i]; p.Error != "" {
				write("%q %q\n", clip(p.Name, nameBytes), withoutNumbers(p.Error))
			}
		}
	}
	return news(h.Sum(nil))
}

func withoutNumbers(words string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' {
			return -1
		}
		return r
	}, clip(words, wordsBytes))
}
