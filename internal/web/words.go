package web

import (
	"fmt"
	"time"
)

// distance is how far a time is from now.
func distance(t, now time.Time) string {
	d := t.Sub(now)
	if d < 0 {
		return roughly(-d) + " ago"
	}
	return "in " + roughly(d)
}

func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d.Hours())/24)
	}
}

// shortened is a copy of the first of a list, and how many more there are.
func shortened[T any](all []T, most int) (some []T, more int) {
	n := min(len(all), most)
	return append(some, all[:n]...), len(all) - n
}
