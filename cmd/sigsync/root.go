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

func newRoot(env environment, p *profiles) *cobra.Command {
	g := &globals{}
	root := group(&cobra.Command{
		Use:   "sigsync",
		Short: "Copy cosign signatures after promoted container images",
		Long: `sigsync finds images that were promoted from one Artifactory docker repository
to another without their cosign signatures, and copies the signatures after them.

audit says what is missing and writes nothing, sync copies it, serve does so on a
schedule. All of them read a configuration; demo needs none.`,
		Example: `  sigsync demo
  sigsync config validate -c sigsync.yaml
  sigsync audit -c sigsync.yaml`,
		SilenceUsage:  true,
		SilenceErrors: true,
	})
	root.SetFlagErrorFunc(unknownFlag)
	root.SetOut(env.stdout)
	root.SetErr(env.stderr)
	g.register(root.PersistentFlags(), env)
	p.register(root.PersistentFlags())
	root.PersistentPreRunE = p.begin
	root.AddCommand(
		newSync(env, g), newAudit(env, g), newPlan(env, g), newApply(env, g), newServe(env, g),
		newDoctor(env, g), newInspect(env, g), newReport(env), newConfig(env, g), newDemo(env), newVersion(env),
	)
	ready(root)
	complete(root, env, g)
	return root
}

// ready adds the commands that cobra would add by itself, and has them refuse what
// they do not know.
func ready(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = unknownTopic
		case "completion":
			group(c)
		}
	}
}

func (g *globals) register(flags *pflag.FlagSet, env environment) {
	file := defaultConfigFile
	if named, ok := env.lookup("SIGSYNC_CONFIG"); ok && named != "" {
		file = named
	}
	flags.StringVarP(&g.config, "config", "c", file, "configuration `file` (environment: SIGSYNC_CONFIG)")
	flags.StringVar(&g.logLevel, "log-level", "",
		"log what is of this `level` or worse: error, warn, info, debug or trace (default: the configuration's)")
	flags.StringVar(&g.logFormat, "log-format", "", "`form` of the log: auto, text or json (default: the configuration's)")
	flags.BoolVar(&g.noProgress, "no-progress", false, "show no progress: no line on a terminal, none in the log elsewhere")
}
