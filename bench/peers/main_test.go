package main

import (
	"fmt"
	"os"
	"testing"
)

// TestMain makes the test binary a server, as main does of the program.
func TestMain(m *testing.M) {
	of, ok := os.LookupEnv(worldVariable)
	if !ok {
		os.Exit(m.Run())
	}
	if err := serveWorld(of, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
