package config_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/config"
)

func TestCheckFailOn(t *testing.T) {
	const expected = "expected one of in-sync, ahead, missing, partial, stale, diverged, unsigned, orphan, suspect, unknown, got "
	for _, tt := range []struct {
		states []string
		want   string
	}{
		{nil, ""},
		{[]string{"in-sync", "ahead", "missing", "partial", "stale", "diverged", "unsigned", "orphan", "suspect", "unknown"}, ""},
		{[]string{"none"}, expected + `"none"`},
		{[]string{""}, expected + `""`},
		{[]string{"misssing", "stale", "Partial"}, expected + "\"misssing\": did you mean missing?\n" + expected + `"Partial": did you mean partial?`},
	} {
		got := ""
		if err := config.CheckFailOn(tt.states); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("CheckFailOn(%q) = %s, want %s", tt.states, got, tt.want)
		}
	}
}
