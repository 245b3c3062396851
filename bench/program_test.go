package bench_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/report"
)

// program is a built sigsync with an estate to look at.
type program struct {
	tb             testing.TB
	binary, config string
}

const configuration = `version: 1
servers: {main: {url: %q, timeout: 5m, auth: {username: admin, password: password}}}
pairs: [{source: {repository: source}, target: {repository: target}}]
log: {level: warn}
`

func newProgram(b testing.TB, estate seed.Estate) *program {
	b.Helper()
	dir := b.TempDir()
	p := &program{tb: b, binary: filepath.Join(dir, "sigsync"), config: filepath.Join(dir, "sigsync.yaml")}
	build := exec.CommandContext(b.Context(), "go", "build", "-o", p.binary, "../cmd/sigsync")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	estate.Source, estate.Target = "source", "target"
	url := startEmulator(b, estate)
	if err := os.WriteFile(p.config, fmt.Appendf(nil, configuration, url), 0o600); err != nil {
		b.Fatal(err)
	}
	return p
}

// run runs a command of sigsync, and reports its peak memory and its requests,
// which it returns.
func (p *program) run(want int, args ...string) int {
	p.tb.Helper()
	file := filepath.Join(p.tb.TempDir(), "report.json")
	args = append(args, "--config", p.config, "--report", file)
	command := exec.CommandContext(p.tb.Context(), p.binary, args...)
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != want {
		p.tb.Fatalf("sigsync %v: exit code %d, want %d: %v\n%.2000s", args, got, want, err, out)
	}
	requests := p.requests(file)
	if b, ok := p.tb.(*testing.B); ok {
		if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
			b.ReportMetric(float64(usage.Maxrss)/1024, "MiB-peak")
		}
		b.ReportMetric(float64(requests), "requests")
	}
	return requests
}

func (p *program) requests(file string) int {
	content, err := os.ReadFile(file)
	if err != nil {
		p.tb.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(content, &r); err != nil {
		p.tb.Fatal(err)
	}
	return r.Requests.Total
}
