package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// await waits until the started program has sent N requests of an operation,
// or until its output has N matches; N is 1 unless it is given:
//
//	await request OPERATION [N]
//	await stdout|stderr PATTERN [N]
func await(_ *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 2, 3, "await request|stdout|stderr OPERATION|PATTERN [N]"); err != nil {
		return err
	}
	if w.process == nil {
		return errors.New("nothing was started")
	}
	n, err := strconv.Atoi(append(args[2:], "1")[0])
	if err != nil {
		return err
	}
	if args[0] == "request" {
		return w.traffic.until(func() bool { return w.traffic.count(args[1]) >= n }, w.process.done)
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	if err != nil {
		return err
	}
	from := w.process.stderr
	if args[0] == "stdout" {
		from = w.process.stdout
	}
	if err := from.until(func() bool { return len(pattern.FindAllString(from.String(), -1)) >= n }, w.process.done); err != nil {
		return fmt.Errorf("%w; it wrote:\n%s", err, from)
	}
	return nil
}
