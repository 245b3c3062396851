package progress

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/printable"
)

// Widths in columns.
const (
	// anyWidth is that of a terminal that does not tell.
	anyWidth = 80
	mostBar  = 30
	leastBar = 10
)

// Line is one line about what is going on that takes up fewer columns than width,
// 0 for a terminal that does not tell; "" is nothing. What does not fit is left
// out, the least first: the bar, then the rate, then the end of the line.
func (m *Meter) Line(width int) string {
	at, now := m.look()
	if at.phase == "" {
		return ""
	}
	if width <= 0 {
		width = anyWidth
	}
	room := width - 1 // a line that fills its row may begin another
	title, details := at.title(), at.details(now)
	line := title + joined(details)
	if at.total > 0 {
		if bar := min(mostBar, room-columns(line)-3); bar >= leastBar {
			return title + " " + drawn(at.done, at.total, bar) + joined(details)
		}
	}
	for len(details) > 1 && columns(line) > room {
		details = append(details[:1:1], details[2:]...)
		line = title + joined(details)
	}
	return cut(line, room)
}

// title says what goes on, and for which pair.
func (s state) title() string {
	if s.pair == "" {
		return printable.Line(s.what())
	}
	return printable.Line(s.pair + ": " + s.what())
}

// what says what goes on.
func (s state) what() string {
	what := map[string]string{Preflight: "looking at repositories", Scan: "listing", Plan: "comparing", Execute: "copying"}[s.phase]
	if s.phase == Execute && s.total > 0 && s.done >= s.total {
		what = "looking what arrived"
	}
	if what == "" {
		what = s.phase
	}
	return what
}

// details are the count, the rate and the time, as far as they are known; the
// time is what is left or, where nobody knows, what it took so far.
func (s state) details(now time.Time) []string {
	var details []string
	switch {
	case s.phase == Execute && s.total > 0:
		details = append(details, fmt.Sprintf("%s of %s attachments", number(s.done), number(s.total)))
	case s.phase == Scan && s.total > 0:
		details = append(details, fmt.Sprintf("%s of %s repositories", number(s.done), number(s.total)))
		if s.files > 0 {
			details = append(details, number(s.files)+" files")
		}
	}
	if rate := s.speed.perSecond(); rate > 0 {
		details = append(details, perSecond(rate))
	}
	if left := s.left(); left > 0 {
		return append(details, left.String()+" left")
	}
	return append(details, now.Sub(s.began).Truncate(time.Second).String())
}

// left is how long it takes to the end of the phase, or not above 0 where nobody
// knows: how many files a repository has is known when it is listed.
func (s state) left() time.Duration {
	if s.phase != Execute {
		return -1
	}
	return s.speed.left(s.total - s.done)
}

func joined(details []string) string {
	return " " + strings.Join(details, ", ")
}

// drawn is a bar of so many columns, and two for its ends.
func drawn(done, total, columns int) string {
	filled := min(done, total) * columns / total
	head := ""
	if filled < columns {
		head = ">"
	}
	return "[" + strings.Repeat("=", filled) + head + strings.Repeat(" ", columns-filled-len(head)) + "]"
}

// number writes a count with commas between thousands.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func perSecond(rate float64) string {
	if rate < 10 {
		return strconv.FormatFloat(rate, 'f', 1, 64) + "/s"
	}
	return number(int(rate)) + "/s"
}

// columns is how many columns a text takes up at most.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += columnsOf(r)
	}
	return n
}

// columnsOf takes all that could be wide for wide.
func columnsOf(r rune) int {
	if r >= 0x1100 {
		return 2
	}
	return 1
}

// cut is as much of the text as there is room for.
func cut(text string, room int) string {
	for i, r := range text {
		if room -= columnsOf(r); room < 0 {
			return text[:i]
		}
	}
	return text
}
