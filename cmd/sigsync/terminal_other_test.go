//go:build !linux

package main

import (
	"errors"

	"github.com/rogpeppe/go-internal/testscript"
)

func terminal(*testscript.TestScript, *world, []string) error {
	return errors.New("not on this system")
}

func hasTerminals() bool { return false }
