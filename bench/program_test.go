package bench_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sigsync/sigsync/internal/report"
)

// program is a built sigsync with an estate to look at.
type program struct {
	tb             testing.TB
	binary, config string
	url            string // of the emulator
}

const configuration = `version: 1
servers: {main: {url: %q, timeout: 10m, auth: {username: admin, password: password}}}
pairs:
%slog: {level: warn}
`

func newProgram(b testing.TB, e estate) *program {
	b.Helper()
	dir := b.TempDir()
	p := &program{tb: b, binary: filepath.Join(dir, "sigsync"), config: filepath.Join(dir, "sigsync.yaml")}
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", p.binary, "../cmd/sigsync")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	e.Source, e.Target = "source", "target"
	p.url = startEmulator(b, e)
	var pairs strings.Builder
	for _, target := range e.Repositories()[1:] {
		fmt.Fprintf(&pairs, "  - {source: {repository: source}, target: {repository: %s}}\n", target)
	}
	if err := os.WriteFile(p.config, fmt.Appendf(nil, configuration, p.url, &pairs), 0o600); err != nil {
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
	before := p.spent()
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != want {
		p.tb.Fatalf("sigsync %v: exit code %d, want %d: %v\n%.2000s", args, got, want, err, out)
	}
	emulator := p.spent().since(before)
	requests := p.requests(file)
	if int64(requests) != emulator.Requests {
		p.tb.Errorf("sigsync %v reports %d requests, and the server saw %d", args, requests, emulator.Requests)
	}
	if b, ok := p.tb.(*testing.B); ok {
		if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
			b.ReportMetric(float64(usage.Maxrss)/1024, "MiB-peak")
		}
		b.ReportMetric((command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds(), "processor-s")
		b.ReportMetric(emulator.CPU.Seconds(), "emulator-s")
		b.ReportMetric(float64(requests), "requests")
	}
	return requests
}

// spent is what the emulator has seen so far.
func (p *program) spent() (s spent) {
	p.tb.Helper()
	r, err := http.NewRequestWithContext(p.tb.Context(), http.MethodGet, strings.TrimSuffix(p.url, "/artifactory")+"/spent", http.NoBody)
	if err != nil {
		p.tb.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.tb.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
		p.tb.Fatal(err)
	}
	return s
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
