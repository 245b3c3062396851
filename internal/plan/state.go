package plan

import (
	"fmt"
	"slices"
)

// State says how an attachment at the target compares with the source's.
type State uint8

// The states of a subject's attachment.
const (
	// InSync: the target holds the same signatures, complete.
	InSync State = iota
	// Ahead: the target holds all of the source's, and more.
	Ahead
	// Missing: the target has none, the source has it.
	Missing
	// Partial: at the target, but the manifest or a blob is lacking.
	Partial
	// Stale: the target's signatures are a strict subset of the source's.
	Stale
	// Diverged: each side has signatures that the other lacks.
	Diverged
	// Unsigned: a tagged image for which neither side has a signature.
	Unsigned
	// Orphan: an attachment at the target whose subject is not there.
	Orphan
	// Suspect: the attachment does not belong to the subject.
	Suspect
	// Unknown: could not be determined.
	Unknown
)

var stateNames = [...]string{
	InSync: "in-sync", Ahead: "ahead", Missing: "missing", Partial: "partial", Stale: "stale",
	Diverged: "diverged", Unsigned: "unsigned", Orphan: "orphan", Suspect: "suspect", Unknown: "unknown",
}

// States returns every state, in the order in which people want to read them.
func States() []State {
	states := make([]State, len(stateNames))
	for i := range states {
		states[i] = State(i)
	}
	return states
}

// ParseState reads the name that String gives.
func ParseState(name string) (State, error) {
	if i := slices.Index(stateNames[:], name); i >= 0 {
		return State(i), nil //nolint:gosec // the index of a ten-element array
	}
	return 0, fmt.Errorf("parse state %q: not one of %v", name, stateNames)
}

// String is the state's name in configuration and reports.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// MarshalText writes the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the state's name.
func (s *State) UnmarshalText(text []byte) error {
	parsed, err := ParseState(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
