// Command sigsync finds promoted container images whose cosign signatures
// stayed behind, and copies the signatures after them.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // a minimal image has no time zones, and schedules name them

	_ "golang.org/x/crypto/x509roots/fallback" // nor has it certificate authorities; those of a system win
)

func main() {
	tidy(os.LookupEnv, debug.SetGCPercent)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends the run in order; a second one ends the program.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], environment{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, lookup: os.LookupEnv, hangups: hangups,
	}))
}

// hangups are SIGHUPs, which end a program that does not ask for them.
func hangups() (asked <-chan os.Signal, ignore func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}
