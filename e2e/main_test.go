//go:build e2e

package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// sigsyncPath is the program under test, built once.
var sigsyncPath string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "sigsync-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	sigsyncPath = filepath.Join(dir, "sigsync")
	if out, err := exec.Command("go", "build", "-o", sigsyncPath, "../cmd/sigsync").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build sigsync: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
