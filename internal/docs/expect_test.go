package docs_test

import (
	"regexp"
	"strings"
	"testing"
)

// took is how long something took: it differs from run to run.
var took = regexp.MustCompile(`\b[0-9][0-9.]*(ns|µs|ms|s)\b`)

// fits tells whether output is what a page shows: line by line, but for times,
// trailing spaces and what stands for "..." (any number of lines).
func fits(shown, output string) bool {
	return fitLines(linesOf(shown), linesOf(output))
}

func linesOf(text string) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		lines = append(lines, strings.TrimRight(took.ReplaceAllString(line, "TIME"), " \t"))
	}
	return lines
}

func fitLines(shown, output []string) bool {
	if len(shown) == 0 {
		return len(output) == 0
	}
	if strings.TrimSpace(shown[0]) == "..." {
		for skipped := range len(output) + 1 {
			if fitLines(shown[1:], output[skipped:]) {
				return true
			}
		}
		return false
	}
	return len(output) > 0 && shown[0] == output[0] && fitLines(shown[1:], output[1:])
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		shown, output string
		want          bool
	}{
		{"a\nb\n", "a\nb\n", true},
		{"a in 15ms, 6 requests", "a in 1.2s, 6 requests", true},
		{"a in 15ms, 6 requests", "a in 15ms, 7 requests", false},
		{"a\n...\n", "a\nb\nc", true},
		{"...\nc", "a\nb\nc", true},
		{"...\nb", "a\nb\nc", false},
		{"a\n...\nc", "a\nc", true},
		{"a", "a\nb", false},
		{"a\nb", "a", false},
	} {
		if got := fits(c.shown, c.output); got != c.want {
			t.Errorf("fits(%q, %q) = %v, want %v", c.shown, c.output, got, c.want)
		}
	}
}
