package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Chat rooms are shown lines. They hold names and words from outside, so the
// forms must show them literally.

// lineBytes is for a line: a name and the beginning of a reason.
const lineBytes = 300

// pairLines has a line for each pair of a message.
func pairLines(m Message) []string {
	var lines []string
	for _, p := range m.Pairs {
		what := strings.Join(slices.DeleteFunc([]string{plural(p.Subjects, "subject"), inOrder(p.States), became(p.Outcomes)},
			func(part string) bool { return part == "" }), "; ")
		if p.Error != "" {
			what = "could not be done: " + p.Error
		}
		lines = append(lines, clip(fmt.Sprintf("%s (%s/%s -> %s/%s): %s",
			clip(p.Name, lineBytes/4), p.Source.Server, p.Source.Repository, p.Target.Server, p.Target.Repository, what), lineBytes))
	}
	return lines
}

// findingLines has a line for each finding of a message.
func findingLines(m Message) []string {
	var lines []string
	for _, f := range m.Findings {
		name := f.Image
		if len(f.Tags) > 0 {
			name += ":" + strings.Join(f.Tags, ",")
		}
		name = clip(name, lineBytes/2)
		if _, digits, ok := strings.Cut(f.Subject, ":"); ok {
			name += "@" + digits[:min(12, len(digits))]
		}
		line := f.State + "  " + name + "  " + f.Family
		if f.Outcome != "none" {
			line += "  " + f.Outcome
		}
		if f.Reason != "" {
			line += ": " + f.Reason
		}
		lines = append(lines, clip(line, lineBytes))
	}
	return lines
}

// runLine says what ran.
func runLine(m Message) string {
	parts := []string{fmt.Sprintf("exit code %d", m.Run.ExitCode)}
	if m.Run.Seconds > 0 {
		parts = append(parts, "took "+time.Duration(m.Run.Seconds*float64(time.Second)).Round(time.Millisecond).String())
	}
	if m.Run.ID != "" {
		parts = append(parts, "run "+m.Run.ID)
	}
	if m.Run.Version != "" {
		parts = append(parts, "sigsync "+m.Run.Version)
	}
	return clip(strings.Join(parts, ", "), lineBytes)
}

// fit takes as many of the lines as there is room for, in bytes, written the way
// a form writes them, and counts the others.
func fit(lines []string, room int, write func(string) string) (written []string, rest int) {
	for i, line := range lines {
		w := write(line)
		room -= len(w) + 1
		if room < 0 {
			return written, len(lines) - i
		}
		written = append(written, w)
	}
	return written, 0
}

// more says how many of a noun are not shown; "" where all are.
func more(n int, noun string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("and %s more", plural(n, noun))
}
