//go:build k8s

package kubernetes_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is one of the cluster's programs.
type process struct {
	name    string
	log     string
	command *exec.Cmd
	ended   chan struct{}
}

// startProcess runs a program whose output goes to a file of its name in the folder.
func startProcess(dir, path string, args ...string) (*process, error) {
	p := &process{name: filepath.Base(path), command: exec.Command(path, args...), ended: make(chan struct{})}
	p.log = filepath.Join(dir, p.name+".log")
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.command.Dir = dir
	p.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	p.command.Stdout, p.command.Stderr = log, log
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// await asks again and again until ready is content, the process ends or ctx does.
func (p *process) await(ctx context.Context, ready func(context.Context) error) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended before it was ready: %s", p.name, p.command.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("await %s: %w", p.name, err)
		case <-tick.C:
		}
	}
}

// stop asks the process to end, and ends it where it does not.
func (p *process) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

// showLog writes the end of what the process said.
func (p *process) showLog(w io.Writer) {
	content, err := os.ReadFile(p.log)
	if err != nil {
		content = []byte(err.Error())
	}
	const enough = 4 << 10
	_, _ = fmt.Fprintf(w, "--- %s\n%s\n", p.name, content[max(0, len(content)-enough):])
}
