package main

import (
	"context"
	"os"
	"testing"
)

// TestMain makes the test binary take part, as main does of the program.
func TestMain(m *testing.M) {
	part, err := takePart(context.Background())
	if !part {
		os.Exit(m.Run())
	}
	end(err)
}
