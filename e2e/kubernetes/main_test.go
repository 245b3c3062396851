//go:build k8s

package kubernetes_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// roomVariable names the folder of the room for the process that lives in it.
const roomVariable = "SIGSYNC_K8S_ROOM"

// cluster is what all tests of the package install the chart on; each has a namespace of its own.
var cluster *plane

func TestMain(m *testing.M) {
	if dir := os.Getenv(roomVariable); dir != "" {
		os.Exit(inside(m, dir))
	}
	os.Exit(outside())
}

// outside builds what the tests need from where there is a network, and runs them in a room.
func outside() int {
	dir, err := os.MkdirTemp("", "sigsync-k8s-")
	if err != nil {
		return complain(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	defer removeCgroups(filepath.Base(dir))
	if err := writeImages(dir); err != nil {
		return complain(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	room := exec.CommandContext(ctx, "/proc/self/exe", os.Args[1:]...)
	room.Env = append(os.Environ(), roomVariable+"="+dir)
	room.Stdin, room.Stdout, room.Stderr = os.Stdin, os.Stdout, os.Stderr
	room.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		// The room's first process takes all others with it.
		Pdeathsig: syscall.SIGKILL,
	}
	err = room.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1)
	}
	if err != nil {
		return complain(fmt.Errorf("start a room for the cluster, which needs root: %w", err))
	}
	return 0
}

// inside runs the tests on a cluster in the room.
func inside(m *testing.M, dir string) int {
	if err := errors.Join(furnish(), makeCgroups(filepath.Base(dir))); err != nil {
		return complain(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var err error
	cluster, err = startPlane(ctx, dir)
	defer cluster.stop()
	if err != nil {
		cluster.showLogs(os.Stderr)
		return complain(err)
	}
	code := m.Run()
	if code != 0 {
		cluster.showLogs(os.Stderr)
	}
	return code
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}
