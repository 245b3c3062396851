package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
)

// complete has the shell complete the values of flags, by the names of the flags,
// in the command and those below it. What it offers is offered in silence: where
// it does not know, it offers nothing.
func complete(c *cobra.Command, env environment, g *globals) {
	const noFiles, inOrder = cobra.ShellCompDirectiveNoFileComp, cobra.ShellCompDirectiveKeepOrder
	files := map[string][]string{"config": {"yaml", "yml"}, "report": extensions(), "out": {"json"}}
	values := map[string]cobra.CompletionFunc{
		"output":     cobra.FixedCompletions(formatNames(), noFiles),
		"log-level":  cobra.FixedCompletions(namesOf(config.Levels()), noFiles|inOrder),
		"log-format": cobra.FixedCompletions(namesOf(config.Formats()), noFiles),
		"fail-on":    completeStates,
		"pair":       pairsOf(env, g),
		"image":      cobra.NoFileCompletions,
		"limit":      cobra.NoFileCompletions,
		"shard":      cobra.NoFileCompletions,
	}
	for name, extensions := range files {
		if c.LocalFlags().Lookup(name) != nil {
			_ = c.MarkFlagFilename(name, extensions...) // the flag is there
		}
	}
	for name, value := range values {
		if c.LocalFlags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, value) // the flag is there, and has none yet
		}
	}
	if takesNothing(c) {
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, below := range c.Commands() {
		complete(below, env, g)
	}
}

// takesNothing tells that a command has neither arguments nor commands below it.
func takesNothing(c *cobra.Command) bool {
	return !strings.Contains(c.Use, " ") && !c.HasSubCommands() && c.ValidArgsFunction == nil
}

// extensions are the endings of reports without their dots.
func extensions() []string {
	var names []string
	for _, ending := range endings() {
		names = append(names, strings.TrimPrefix(ending, "."))
	}
	return names
}

func namesOf[T ~string](values []T) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return names
}

// pairsOf offers the pairs of the configuration that the command line names,
// those that it has already left out. No more of the file is looked at.
func pairsOf(env environment, g *globals) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		given, _ := c.Flags().GetStringArray("pair") // none where it is not of that kind
		var offers []string
		for _, p := range config.Outline(g.config, env.lookup) {
			if !slices.Contains(given, p.Name) {
				about := p.Source.Repository + " to " + p.Target.Repository
				offers = append(offers, cobra.CompletionWithDesc(printable.Line(p.Name), printable.Line(about)))
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// completeStates offers states after those that are there and their comma.
func completeStates(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
	before := begun[:strings.LastIndex(begun, ",")+1]
	given := strings.Split(before, ",")
	var offers []string
	for _, s := range plan.States() {
		if !slices.Contains(given, s.String()) {
			offers = append(offers, before+s.String())
		}
	}
	if before == "" {
		offers = append(offers, "none")
	}
	return offers, directive
}
