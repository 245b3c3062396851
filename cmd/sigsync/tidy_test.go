package main

import (
	"runtime/debug"
	"testing"
)

func TestTidyLeavesWhatTheEnvironmentSays(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for _, c := range []struct {
		environment string
		want        int
	}{{"", 10}, {"GOGC", 100}, {"GOMEMLIMIT", 100}} {
		debug.SetGCPercent(100)
		tidy(func(name string) (string, bool) { return "1", name == c.environment })
		if got := debug.SetGCPercent(100); got != c.want {
			t.Errorf("tidy with %q set = %d %%, want %d", c.environment, got, c.want)
		}
	}
}
