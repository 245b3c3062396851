package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/delay"
)

// newCommand builds the command line. What the command says goes to out.
func newCommand(out io.Writer) *cobra.Command {
	var listen, config, sample string
	var accessLog bool
	var hook webhookFlags
	command := &cobra.Command{
		Use:   "artifactory-emulator",
		Short: "An Artifactory in one process, as far as sigsync can see",
		Long: `An Artifactory in one process, as far as sigsync can see one. Everything is
kept in memory. Without a configuration there are three local docker
repositories, a remote one and a virtual one over them, and the users admin,
reader, promoter and sigsync, whose password is "password".`,
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(command *cobra.Command, _ []string) error {
			options, err := load(config)
			if err != nil {
				return err
			}
			if err := hook.apply(&options); err != nil {
				return err
			}
			options.Wait = new(delay.Clock).Wait
			if accessLog {
				log := &printer{out: out}
				options.Observe, options.Webhooks.Observe = log.request, log.attempt
			}
			return serve(command.Context(), out, listen, sample, options)
		},
	}
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:8081", "address to listen on")
	command.Flags().StringVar(&config, "config", "", "configuration file (YAML)")
	command.Flags().StringVar(&sample, "sample", "", "begin with signed images that were promoted, and write their public key to this file")
	command.Flags().BoolVar(&accessLog, "access-log", false, "print every request and every event that is sent")
	hook.register(command.Flags())
	return command
}

// load reads a configuration file, or takes the built-in one.
func load(path string) (emulator.Options, error) {
	if path == "" {
		return defaults(), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return emulator.Options{}, fmt.Errorf("open configuration: %w", err)
	}
	defer file.Close()
	options, err := parse(file)
	if err != nil {
		return emulator.Options{}, fmt.Errorf("read configuration %s: %w", path, err)
	}
	return options, nil
}
