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
	b              *testing.B
	binary, config string
}

const configuration = `version: 1
servers: {main: {url: %q, timeout: 5m, auth: {username: admin, password: password}}}
pairs: [{source: {repository: source}, target: {repository: target}}]
log: {level: warn}
`

func newProgram(b *testing.B, estate seed.Estate) *program {
	b.Helper()
	dir := b.TempDir()
	p := &program{b: b, binary: filepath.Join(dir, "sigsync"), config: filepath.Join(dir, "sigsync.yaml")}
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

// run runs a command of sigsync, and reports its peak memory and its requests.
func (p *program) run(want int, args ...string) {
	p.b.Helper()
	file := filepath.Join(p.b.TempDir(), "report.json")
	args = append(args, "--config", p.config, "--report", file)
	command := exec.CommandContext(p.b.Context(), p.binary, args...)
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != want {
		p.b.Fatalf("sigsync %v: exit code %d, want %d: %v\n%.2000s", args, got, want, err, out)
	}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		p.b.ReportMetric(float64(usage.Maxrss)/1024, "MiB-peak")
	}
	p.b.ReportMetric(float64(p.requests(file)), "requests")
}

func (p *program) requests(file string) int {
	content, err := os.ReadFile(file)
	if err != nil {
		p.b.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(content, &r); err != nil {
		p.b.Fatal(err)
	}
	return r.Requests.Total
}
