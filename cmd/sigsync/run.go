package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/sigsync/sigsync/internal/printable"
	"github.com/sigsync/sigsync/internal/report"
)

// environment is what the program is given from outside.
type environment struct {
	// stdin is nil where there is none.
	stdin          io.Reader
	stdout, stderr io.Writer
	lookup         func(name string) (string, bool)
	// hangups are the requests to read the configuration again, until ignore.
	hangups func() (asked <-chan os.Signal, ignore func())
}

// run is the program: it returns its exit code.
func run(ctx context.Context, args []string, env environment) int {
	p := &profiles{}
	code := execute(ctx, args, env, p)
	if err := p.end(); err != nil {
		complain(env.stderr, fmt.Errorf("write profiles: %w", err))
		return max(code, report.ExitFailed)
	}
	return code
}

// execute runs the command that the arguments name, and returns its exit code.
func execute(ctx context.Context, args []string, env environment, p *profiles) int {
	root := newRoot(env, p) //nolint:contextcheck // cobra hands the context to each command
	root.SetArgs(args)
	c, err := root.ExecuteContextC(ctx)
	var exit exitError
	switch {
	case err == nil:
		return report.ExitOK
	case errors.As(err, &exit):
		if exit.err != nil {
			complain(env.stderr, exit.err)
		}
		return exit.code
	default:
		// Whatever else comes out of cobra is about flags and arguments.
		complain(env.stderr, err)
		_, _ = fmt.Fprintf(env.stderr, "Run '%s --help' for usage.\n", c.CommandPath())
		return report.ExitUsage
	}
}

// exitError ends the program with a code; err is what there is to say, or nil
// where everything was said.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

func usage(err error) error { return exitError{report.ExitUsage, err} }

func failed(err error) error { return exitError{report.ExitFailed, err} }

// printed is the end of a command that only prints.
func printed(_ int, err error) error {
	if err != nil {
		return failed(fmt.Errorf("print: %w", err))
	}
	return nil
}

// complain prints an error of one or more lines, the program's name before each.
func complain(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if strings.TrimSpace(line) != "" {
			_, _ = fmt.Fprintf(w, "sigsync: %s\n", printable.Line(line))
		}
	}
}
