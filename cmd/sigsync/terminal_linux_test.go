package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// terminal runs a program to its end with its output on a terminal, like
// exits: terminal CODE PROGRAM [ARGUMENT]...
func terminal(ts *testscript.TestScript, _ *world, args []string) error {
	if err := arguments(args, 2, 99, "terminal CODE PROGRAM [ARGUMENT]..."); err != nil {
		return err
	}
	screen, keyboard, err := openTerminal()
	if err != nil {
		return err
	}
	defer screen.Close()
	c := exec.Command(args[1], args[2:]...)
	c.Dir, c.Env, c.Stdout, c.Stderr = ts.MkAbs("."), environ(ts), keyboard, keyboard
	err = c.Start()
	_ = keyboard.Close() // the program has it now
	if err != nil {
		return err
	}
	var shown bytes.Buffer
	_, _ = io.Copy(&shown, screen) // ends with an error when the program does
	err = c.Wait()
	_, _ = ts.Stdout().Write(shown.Bytes())
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return err
	}
	if code := c.ProcessState.ExitCode(); strconv.Itoa(code) != args[0] {
		return fmt.Errorf("got %d, want %s", code, args[0])
	}
	return secretIn(shown.String())
}

// openTerminal makes a pseudoterminal: what is written to keyboard is read
// from screen.
func openTerminal() (screen, keyboard *os.File, err error) {
	screen, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		keyboard, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		_ = screen.Close()
	}
	return screen, keyboard, err
}

// hasTerminals tells whether this machine makes pseudoterminals.
func hasTerminals() bool {
	screen, keyboard, err := openTerminal()
	if err != nil {
		return false
	}
	return errors.Join(screen.Close(), keyboard.Close()) == nil
}
