package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const defaultConfigFile = "sigsync.yaml"

// globals are the flags that every command has.
type globals struct {
	config              string
	logLevel, logFormat string
	noProgress          bool
}

func newRoot(env environment) *cobra.Command {
	g := &globals{}
	root := &cobra.Command{
		Use:   "sigsync",
		Short: "Copy cosign signatures after promoted container images",
		Long: `sigsync finds images that were promoted from one Artifactory docker repository
to another without their cosign signatures, and copies the signatures after them.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(env.stdout)
	root.SetErr(env.stderr)
	g.register(root.PersistentFlags(), env)
	root.AddCommand(
		newSync(env, g), newAudit(env, g), newServe(env, g),
		newConfig(env, g), newDemo(env), newVersion(env),
	)
	return root
}

func (g *globals) register(flags *pflag.FlagSet, env environment) {
	file := defaultConfigFile
	if named, ok := env.lookup("SIGSYNC_CONFIG"); ok && named != "" {
		file = named
	}
	flags.StringVarP(&g.config, "config", "c", file, "configuration `file` (environment: SIGSYNC_CONFIG)")
	flags.StringVar(&g.logLevel, "log-level", "", "error, warn, info, debug or trace (default: the configuration's)")
	flags.StringVar(&g.logFormat, "log-format", "", "auto, text or json (default: the configuration's)")
	flags.BoolVar(&g.noProgress, "no-progress", false, "show no progress on a terminal")
}
