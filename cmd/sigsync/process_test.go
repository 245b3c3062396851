package main

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// process is a program that runs beside the story.
type process struct {
	*exec.Cmd
	stdout, stderr *watched
	done           chan struct{} // closed when it has ended
}

// begin starts a program, which does not outlive the story.
func begin(ts *testscript.TestScript, args []string) (*process, error) {
	p := &process{
		Cmd: exec.Command(args[0], args[1:]...), stdout: &watched{}, stderr: &watched{}, done: make(chan struct{}),
	}
	p.Dir, p.Env, p.Stdout, p.Stderr = ts.MkAbs("."), environ(ts), p.stdout, p.stderr
	if err := p.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.done)
		_ = p.Wait() // end looks at how it ended
	}()
	if w, ok := ts.Value(worldKey{}).(*world); ok {
		w.leaks.programs = append(w.leaks.programs, p)
	}
	ts.Defer(func() {
		_ = p.Process.Kill()
		<-p.done
	})
	return p, nil
}

// end waits for the end of a program, which must come with that exit code and
// without a secret in its output.
func (p *process) end(ts *testscript.TestScript, code string) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var late error
	select {
	case <-p.done:
	case <-timer.C:
		late = fmt.Errorf("it runs on after %s", patience)
		_ = p.Process.Signal(syscall.SIGQUIT) // says where it hangs
		<-p.done
	}
	_, _ = io.WriteString(ts.Stdout(), p.stdout.String())
	_, _ = io.WriteString(ts.Stderr(), p.stderr.String())
	if got := strconv.Itoa(p.ProcessState.ExitCode()); late == nil && got != code {
		return fmt.Errorf("got %s, want %s", got, code)
	}
	return errors.Join(late, secretIn(p.stdout.String()+p.stderr.String()))
}

// exits runs a program to its end: exits CODE PROGRAM [ARGUMENT]...
func exits(ts *testscript.TestScript, _ *world, args []string) error {
	if err := arguments(args, 2, 99, "exits CODE PROGRAM [ARGUMENT]..."); err != nil {
		return err
	}
	p, err := begin(ts, args[1:])
	if err != nil {
		return err
	}
	return p.end(ts, args[0])
}

// start runs a program beside the story: start PROGRAM [ARGUMENT]...
func start(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 99, "start PROGRAM [ARGUMENT]..."); err != nil {
		return err
	}
	var err error
	w.process, err = begin(ts, args)
	return err
}

// environ is what the program may know of the story's environment.
func environ(ts *testscript.TestScript) []string {
	var list []string
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "NO_PROXY", "GORACE", "GOCOVERDIR", "NO_COLOR", "TERM", levelVariable, "HTTP_PROXY", "HTTPS_PROXY",
		"SIGSYNC_URL", "SIGSYNC_HOST", "SIGSYNC_LOCALHOST", "SIGSYNC_PASSWORD", "SIGSYNC_TOKEN", "SIGSYNC_KEY", "SIGSYNC_CONFIG",
		"SIGSYNC_REGISTRY", "DOCKER_CONFIG", "SIGSYNC_WEBHOOK", "SIGSYNC_RECEIVER", "SIGSYNC_GATEWAY", "JOB_COMPLETION_INDEX",
	} {
		if value := ts.Getenv(name); value != "" {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// terminate sends SIGTERM to what start started.
func terminate(_ *testscript.TestScript, w *world, args []string) error {
	if w.process == nil {
		return errors.New("nothing was started")
	}
	if err := w.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return arguments(args, 0, 0, "terminate")
}

// crashProgram ends what start started at once, unlike terminate. What is stalled then,
// nobody does any more.
func crashProgram(_ *testscript.TestScript, w *world, args []string) error {
	if w.process == nil {
		return errors.New("nothing was started")
	}
	if err := w.process.Process.Kill(); err != nil {
		return err
	}
	<-w.process.done
	w.traffic.stalled.Wait()
	return arguments(args, 0, 0, "crash")
}

// dump has what start started end with the stacks of all that it does.
func dump(_ *testscript.TestScript, w *world, args []string) error {
	if w.process == nil {
		return errors.New("nothing was started")
	}
	if err := w.process.Process.Signal(syscall.SIGQUIT); err != nil {
		return err
	}
	return arguments(args, 0, 0, "dump")
}

// exited waits for the end of what start started, and holds it to an exit
// code: exited CODE. Its output is what stdout and stderr look at then.
func exited(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 1, "exited CODE"); err != nil {
		return err
	}
	if w.process == nil {
		return errors.New("nothing was started")
	}
	return w.process.end(ts, args[0])
}
