package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
)

func newConfig(env environment, g *globals) *cobra.Command {
	c := &cobra.Command{
		Use: "config", Short: "Check and show the configuration", Args: cobra.NoArgs,
		// Without it a misspelt command would be help, and a success.
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		&cobra.Command{
			Use: "validate", Short: "Say what is wrong with the configuration, all of it at once", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				loaded, err := config.Load(g.config, env.lookup)
				if err != nil {
					return usage(err)
				}
				return printed(fmt.Fprintf(env.stdout, "%s is valid: %d pairs, %d servers\n",
					g.config, len(loaded.Pairs), len(loaded.Servers)))
			},
		},
		&cobra.Command{
			Use: "show", Short: "Show the settings in effect, with defaults and without secrets", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				loaded, err := config.Load(g.config, env.lookup)
				if err != nil {
					return usage(err)
				}
				if err := loaded.Show(env.stdout); err != nil {
					return failed(err)
				}
				return nil
			},
		},
	)
	return c
}
