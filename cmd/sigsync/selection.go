package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/pflag"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/shard"
)

// selection is the part of the configuration that a run is about.
type selection struct {
	pairs, images []string
	limit         int
	failOn        string
	all           bool
	shard         shard.Shard
}

func (s *selection) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&s.pairs, "pair", nil, "only the pair of this `name` (may repeat)")
	flags.StringArrayVar(&s.images, "image", nil,
		"only image paths at the target that match this `glob`, in which ** crosses slashes (may repeat)")
	s.registerLimit(flags)
	flags.StringVar(&s.failOn, "fail-on", "",
		"`states` that make the exit code 3, separated by commas, or none (default: the configuration's fail_on)")
	flags.BoolVar(&s.all, "all", false, "list what is in sync or ahead too")
}

func (s *selection) registerLimit(flags *pflag.FlagSet) {
	flags.IntVar(&s.limit, "limit", 0, "copy at most `n` attachments, and hold the rest (0: no limit)")
}

// choose returns the pairs that were asked for, in the configuration's order.
func (s *selection) choose(all []config.Pair) ([]config.Pair, error) {
	for _, glob := range s.images {
		if !doublestar.ValidatePattern(glob) || glob == "" {
			return nil, fmt.Errorf("--image %q: expected a glob", glob)
		}
		if strings.Trim(glob, "/") != glob {
			return nil, fmt.Errorf("--image %q: an image path neither starts nor ends with a slash", glob)
		}
	}
	if s.limit < 0 {
		return nil, fmt.Errorf("--limit %d: expected 0 or more", s.limit)
	}
	if len(s.pairs) == 0 {
		return all, nil
	}
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	for _, name := range s.pairs {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("--pair %q: the configuration has no such pair, but %s", name, strings.Join(names, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p config.Pair) bool { return !slices.Contains(s.pairs, p.Name) }), nil
}

// states returns what makes the exit code 3.
func (s *selection) states(configured []string) ([]plan.State, error) {
	names := configured
	switch s.failOn {
	case "":
	case "none":
		names = nil
	default:
		names = strings.Split(s.failOn, ",")
	}
	states := make([]plan.State, 0, len(names))
	for _, name := range names {
		state, err := plan.ParseState(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("--fail-on: %w", err)
		}
		states = append(states, state)
	}
	return states, nil
}
