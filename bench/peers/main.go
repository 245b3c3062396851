// Command peers measures sigsync beside its peers: the same estates on the same
// emulator and machine, in turn. It writes the figures as they come, a page and a
// chart of them. Run it with make bench-peers.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if of, ok := os.LookupEnv(worldVariable); ok {
		end(serveWorld(of, os.Stdin, os.Stdout))
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	end(err)
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
