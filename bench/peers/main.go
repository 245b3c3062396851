// Command peers measures sigsync beside its peers: the same estates on the same
// emulator and machine, in turn. It writes the figures as they come, a page and a
// chart of them. Run it with make bench-peers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	part, err := takePart(ctx)
	if !part {
		err = run(ctx, os.Args[1:], os.Stderr)
	}
	stop()
	end(err)
}

// takePart does what a process that was started by this program is for; part is
// false where it was started by somebody else.
func takePart(ctx context.Context) (part bool, err error) {
	if of, ok := os.LookupEnv(worldVariable); ok {
		return true, serveWorld(of, os.Stdin, os.Stdout)
	}
	if of, ok := os.LookupEnv(jobVariable); ok {
		return true, doJob(ctx, of, os.Stdout)
	}
	return false, nil
}

// self is this program as a part: what the variable is for, with that in JSON.
func self(ctx context.Context, variable string, of any) (*exec.Cmd, error) {
	text, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, program)
	c.Env = append(os.Environ(), variable+"="+string(text))
	c.Stderr = os.Stderr
	return c, nil
}

func end(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// run measures what the options ask for and is not recorded yet, and renders all
// that is recorded.
func run(ctx context.Context, args []string, progress io.Writer) error {
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	b, err := open(o, progress)
	if err != nil {
		return err
	}
	if !o.render {
		if err := b.measure(ctx); err != nil {
			return err
		}
	}
	return b.pages()
}
