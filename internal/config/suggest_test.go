package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/config"
)

func TestSuggestions(t *testing.T) {
	for typo, want := range map[string]string{
		"missing ":  "missing",  // one letter too many
		"mssing":    "missing",  // one too few
		"mizzing":   "missing",  // two others
		"imssing":   "missing",  // two swapped at the start
		"missign":   "missing",  // two swapped at the end
		"mizzinx":   "",         // three others
		"xymissing": "missing",  // two too many at the start
		"isssing":   "missing",  // one other at the start
		"STALE":     "stale",    // upper case
		"stall":     "stale",    // one other in a short word
		"stxll":     "",         // two others in a short word
		"orphxx":    "orphan",   // two others in a word of six letters
		"div":       "diverged", // the beginning
		"di":        "",         // too short to tell
		"ahaed":     "ahead",
		"tsale":     "stale", // swapped at the start of a short word
		"xrphxx":    "",      // three others, one of them at the start
		"zzzphan":   "",      // two others and one too many at the start
		"xyorphxn":  "",      // two too many at the start, one other
		"signxd":    "",      // two missing at the start, one other
		"un":        "",
		"unsi":      "unsigned",
		"":          "",
		"missing, partial, stale and diverged ones": "",
	} {
		_, err := config.Parse("x.yaml", fmt.Appendf(nil, "version: 1\nservers: {main: {url: https://a.example}}\nfail_on: [%q]\n", typo), variables)
		if err == nil {
			t.Fatalf("Parse(fail_on: [%q]) = nil, want an error", typo)
		}
		_, got, _ := strings.Cut(err.Error(), "did you mean ")
		got, _, _ = strings.Cut(got, "?")
		if got != want {
			t.Errorf("Parse(fail_on: [%q]) suggests %q, want %q", typo, got, want)
		}
	}
}
