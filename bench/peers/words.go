package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// distinct are the values that rows have, sorted.
func distinct[T cmp.Ordered](rows []row, of func(row) T) []T {
	var all []T
	for _, r := range rows {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// seconds is a duration in the unit that reads best.
func seconds(d time.Duration, number func(float64) string) string {
	s := d.Seconds()
	switch {
	case s >= 2*24*3600:
		return number(s/24/3600) + " d"
	case s >= 2*3600:
		return number(s/3600) + " h"
	case s >= 120:
		return number(s/60) + " min"
	case s < 0.9995:
		return fmt.Sprintf("%.0f ms", s*1000)
	}
	return number(s) + " s"
}

// apart says how far away the server is.
func apart(latency time.Duration) string {
	if latency == 0 {
		return "without latency"
	}
	return "at " + strconv.FormatInt(latency.Milliseconds(), 10) + " ms of latency"
}

// figure has two decimals below ten, one below a hundred and none from there on.
func figure(v float64) string {
	switch {
	case v >= 99.95:
		return thousands(int(v + 0.5))
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// rough has two digits that count: what is extrapolated is no better known.
func rough(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return thousands(int(math.Round(v/unit)*unit + 0.5))
}

// thousands puts commas between groups of three digits.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func share(percent float64) string {
	if percent == 0 {
		return "nothing"
	}
	return strconv.FormatFloat(percent, 'g', -1, 64) + " %"
}

// size1000 is what goes over a network, in powers of ten.
func size1000(bytes float64) string {
	if bytes >= 1e9 {
		return figure(bytes/1e9) + " GB"
	}
	if bytes >= 1e6 {
		return figure(bytes/1e6) + " MB"
	}
	return figure(bytes/1e3) + " kB"
}

// size1024 is memory.
func size1024(bytes float64) string { return fmt.Sprintf("%.0f MiB", bytes/(1<<20)) }

// words are an image or a reference, short enough for a table.
func (f finding) words() string {
	image := strings.TrimPrefix(f.Image, "traps/")
	switch {
	case strings.Contains(f.Reference, ":"):
		return image + ": a manifest by digest"
	case subjectOf(f.Reference) != "":
		if suffix := f.Reference[len("sha256-")+64:]; suffix != "" {
			return image + ": " + suffix
		}
		return image + ": the image under its digest's tag"
	}
	return image + ": tag " + f.Reference
}
