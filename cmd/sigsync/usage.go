package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// group makes a command one that only has others below it: alone it is its help.
// Without it a misspelt command would be help, and a success.
func group(c *cobra.Command) *cobra.Command {
	c.Args = unknownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	return c
}

// unknownCommand refuses arguments: what they could name was looked for already.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unknown command %q for %q%s", args[0], c.CommandPath(), meant(c, "", args[0]))
}

// unknownTopic refuses help about what is no command.
func unknownTopic(help *cobra.Command, args []string) error {
	about, rest, err := help.Root().Find(args)
	if err == nil {
		err = unknownCommand(about, rest)
	}
	return err
}

// unknownFlag adds to an error about flags what may have been meant.
func unknownFlag(c *cobra.Command, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return err
	}
	name := unknown.GetSpecifiedName()
	if name == "dry-run" {
		return fmt.Errorf("%w: sigsync audit says what sync would do", err)
	}
	// cobra tells what was meant of commands only.
	flags := &cobra.Command{}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		flags.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	return fmt.Errorf("%w%s", err, meant(flags, "--", name))
}

// meant is the end of a message that names what a word was meant to be among the
// commands below c, or nothing.
func meant(c *cobra.Command, prefix, word string) string {
	c.SuggestionsMinimumDistance = 2
	names := c.SuggestionsFor(word)
	if len(names) == 0 || len(word) < 2 {
		return ""
	}
	return ": did you mean " + prefix + strings.Join(names, " or "+prefix) + "?"
}

// takes has a command take one argument for each of what it is given, and says
// what it wants where there are more or fewer.
func takes(what ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == len(what) {
			return nil
		}
		return fmt.Errorf("expected %s: got %d arguments", strings.Join(what, " and "), len(args))
	}
}
