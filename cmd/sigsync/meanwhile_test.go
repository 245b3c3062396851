package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// errand is what somebody else does while the program runs.
type errand struct {
	line string
	done bool
	err  error
}

// meanwhile has somebody else do a command of the story when a request comes,
// before the server answers it:
//
//	meanwhile [-at PART-OF-PATH] [-after N] OPERATION COMMAND [ARGUMENT]...
func meanwhile(ts *testscript.TestScript, w *world, args []string) error {
	flags := flag.NewFlagSet("meanwhile", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	at, after := flags.String("at", "", ""), flags.Int("after", 0, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	args = flags.Args()
	if err := arguments(args, 2, 99, "meanwhile [-at PART-OF-PATH] [-after N] OPERATION COMMAND [ARGUMENT]..."); err != nil {
		return err
	}
	run := vocabulary()[args[1]]
	if run == nil {
		return fmt.Errorf("there is no command %s", args[1])
	}
	e := &errand{line: strings.Join(args[1:], " ")}
	f := &fault{operation: args[0], after: *after, left: 1, handler: func(*traffic) http.Handler {
		e.done, e.err = true, run(ts, w, args[2:])
		return nil
	}}
	var err error
	if f.at, err = w.names.resolve(*at); err != nil {
		return err
	}
	w.traffic.add(f)
	w.errands = append(w.errands, e)
	return nil
}

// checkErrands holds everything that somebody was to do meanwhile to having been
// done: happened.
func checkErrands(_ *testscript.TestScript, w *world, args []string) error {
	w.traffic.mu.Lock()
	defer w.traffic.mu.Unlock()
	if len(w.errands) == 0 {
		return errors.New("nothing was to happen")
	}
	for _, e := range w.errands {
		if !e.done {
			return fmt.Errorf("%s: the request never came", e.line)
		}
		if e.err != nil {
			return fmt.Errorf("%s: %w", e.line, e.err)
		}
	}
	w.errands = nil
	return arguments(args, 0, 0, "happened")
}
