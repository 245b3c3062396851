package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// CheckFailOn returns an error that names every entry which is not a state.
// An empty list is good: no state makes a run fail.
func CheckFailOn(states []string) error {
	var errs []error
	for _, state := range states {
		if !slices.Contains(knownStates(), state) {
			errs = append(errs, fmt.Errorf("expected one of %s, got %q%s",
				strings.Join(knownStates(), ", "), state, suggestion(state, knownStates())))
		}
	}
	return errors.Join(errs...)
}

// knownStates lists every state that a finding can have.
func knownStates() []string {
	return []string{
		"in-sync", "ahead", "missing", "partial", "stale", "diverged", "unsigned", "orphan", "suspect", "unknown",
	}
}

func checkStates(key string, states []string, p *problems) {
	for i, state := range states {
		oneOf(item(key, i), state, p, knownStates()...)
	}
}
