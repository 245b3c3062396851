package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
)

func newConfig(env environment, g *globals) *cobra.Command {
	c := group(&cobra.Command{Use: "config", Short: "Check, show and describe the configuration"})
	c.AddCommand(newConfigValidate(env, g), newConfigShow(env, g), newConfigSchema(env))
	return c
}

func newConfigValidate(env environment, g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "validate", Short: "Say what is wrong with the configuration, all of it at once",
		Long: `validate reads the configuration as a run would, and says what is wrong with it, each
problem with its line. It sends nothing.

Exit codes: 0 it is valid, 2 it is not.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			loaded, err := g.load(env)
			if err != nil {
				return usage(err)
			}
			return printed(fmt.Fprintf(env.stdout, "%s is valid: %s, %s\n",
				g.config, numbered(len(loaded.Pairs), "pair"), numbered(len(loaded.Servers), "server")))
		},
	}
}

// numbered is a number of things, by the name of one.
func numbered(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func newConfigShow(env environment, g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: "Show the settings in effect, with defaults and without secrets",
		Long: `show prints the settings in effect: variables in their places, defaults filled in, a
pair for each target, and *** for secrets.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			loaded, err := g.load(env)
			if err != nil {
				return usage(err)
			}
			if err := loaded.Show(env.stdout); err != nil {
				return failed(err)
			}
			return nil
		},
	}
}

func newConfigSchema(env environment) *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print a JSON Schema of the configuration, for editors",
		Long: `schema prints a JSON Schema (draft 2020-12) of the configuration. It reads no
configuration. Editors with a YAML language server complete keys, show what they
mean and mark what is wrong once the first line of the file names the schema.`,
		Example: `  sigsync config schema > sigsync.schema.json
  # and in sigsync.yaml: # yaml-language-server: $schema=sigsync.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			schema, err := config.Schema()
			if err != nil {
				return failed(err)
			}
			return printed(env.stdout.Write(schema))
		},
	}
}
