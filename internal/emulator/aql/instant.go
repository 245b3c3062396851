package aql

import (
	"strconv"
	"strings"
	"time"
)

var isoDates = [...]string{"2006-01-02", "2006-01", "2006"}

// A fraction of a second needs no place of its own in a layout.
var isoClocks = [...]string{
	"",
	"T15:04:05", "T15:04:05Z07:00", "T15:04:05Z0700", "T15:04:05Z07",
	"T15:04", "T15:04Z07:00", "T15:04Z0700", "T15:04Z07",
	"T15", "T15Z07:00", "T15Z0700", "T15Z07",
}

// parseInstant reads epoch milliseconds or an ISO 8601 time, and returns epoch
// milliseconds. The server's zone, which fills in for a missing one, is UTC here.
func parseInstant(s string) (int64, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	for _, date := range isoDates {
		for _, clock := range isoClocks {
			if t, err := time.Parse(date+clock, s); err == nil {
				return t.UnixMilli(), nil
			}
		}
	}
	return 0, refuse("Invalid Date format: " + s + ", AQL expect ISODateTimeFormat or long number")
}

// relativeTo turns "$last": "3d" into later than 3 days ago, and $before into
// earlier. Other comparisons stay as they are.
func (c comparison) relativeTo(now time.Time) (comparison, error) {
	absoluteOf := greater
	switch c.comparator {
	case last:
	case before:
		absoluteOf = less
	default:
		return c, nil
	}
	at, ok := goBack(now, c.literal.text)
	if !ok {
		return c, refuse("Invalid relative date format for: " + c.literal.text)
	}
	return comparison{absoluteOf, literal{text: strconv.FormatInt(at.UnixMilli(), 10)}}, nil
}

// goBack goes from now into the past by a period like 3d or 1mo12minutes.
func goBack(now time.Time, period string) (time.Time, bool) {
	rest := strings.ToLower(period)
	if rest == "" {
		return now, false
	}
	for rest != "" {
		unit := strings.TrimLeft(rest, "0123456789")
		n, err := strconv.ParseInt(rest[:len(rest)-len(unit)], 10, 32)
		if err != nil {
			return now, false
		}
		rest = strings.TrimLeft(unit, "abcdefghijklmnopqrstuvwxyz")
		var ok bool
		if now, ok = minus(now, int(n), unit[:len(unit)-len(rest)]); !ok {
			return now, false
		}
	}
	return now, true
}

func minus(now time.Time, n int, unit string) (time.Time, bool) {
	// Milliseconds, because a count of minutes can overflow a duration.
	span := func(d time.Duration) time.Time { return time.UnixMilli(now.UnixMilli() - int64(n)*d.Milliseconds()) }
	switch unit {
	case "ms", "millis":
		return span(time.Millisecond), true
	case "s", "seconds":
		return span(time.Second), true
	case "mi", "minutes":
		return span(time.Minute), true
	case "d", "days":
		return now.AddDate(0, 0, -n), true
	case "w", "weeks":
		return now.AddDate(0, 0, -7*n), true
	case "mo", "months":
		return now.AddDate(0, -n, 0), true
	case "y", "years":
		return now.AddDate(-n, 0, 0), true
	}
	return now, false
}
