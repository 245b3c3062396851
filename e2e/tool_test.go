//go:build e2e

package e2e_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// toolPath is where make e2e puts a tool.
func toolPath(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("SIGSYNC_TOOLS")
	if folder == "" {
		t.Fatal("SIGSYNC_TOOLS is not set: run make e2e")
	}
	return filepath.Join(folder, name)
}

// runTool runs one of the tools in a home of its own, and returns what it wrote to stdout and to stderr, and how it ended.
func runTool(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), toolPath(t, name), args...)
	command.Env = append(os.Environ(), "HOME="+t.TempDir())
	command.Stdout, command.Stderr = &out, &complaint
	err = command.Run()
	return out.String(), complaint.String(), err
}
