package bench_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/scan"
)

// million is an estate of 999,478 manifests and 500,000 signatures a side. It is
// made while it is listed.
var million = estate{
	Estate: seed.Estate{
		Images: 10_000, TagsPerImage: 50, MultiArchShare: 0.5, SignedShare: 1, PromotedShare: 1, CopiedShare: 1, Seed: 1,
	},
	Laid: true,
}

// Nothing is missing among a million manifests: the goal is twice the processor
// time of curl and of a bare tokenizer over the same bytes, and a peak below 256 MiB.
func BenchmarkMillion(b *testing.B) {
	p := newProgram(b, million)
	for b.Loop() {
		p.run(0, "audit")
	}
	b.StopTimer()
	if _, err := exec.LookPath("curl"); err != nil {
		b.Skip(err)
	}
	var curl, tokens time.Duration
	for _, repository := range []string{"source", "target"} {
		listing := exec.CommandContext(b.Context(), "curl", "--silent", "--show-error", "--fail", "--user", "admin:password",
			"--header", "Content-Type: text/plain", "--data-binary", queryOf(repository), p.url+"/api/search/aql")
		// Not in memory: who starts a program has its own peak seen as that one's.
		body, err := os.Create(filepath.Join(b.TempDir(), "listing.json"))
		if err != nil {
			b.Fatal(err)
		}
		listing.Stdout, listing.Stderr = body, os.Stderr
		if err := listing.Run(); err != nil {
			b.Fatalf("curl: %v", err)
		}
		again := exec.CommandContext(b.Context(), "curl", append(listing.Args[1:], "--output", os.DevNull)...)
		curl += processorTime(b, again)
		self := exec.CommandContext(b.Context(), os.Args[0])
		self.Env = append(os.Environ(), tokensVariable+"=1")
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		self.Stdin = body
		tokens += processorTime(b, self)
		_ = body.Close() // it was read
	}
	b.ReportMetric(curl.Seconds(), "curl-s")
	b.ReportMetric(tokens.Seconds(), "tokens-s")
	b.ReportMetric(2*(curl+tokens).Seconds(), "goal-s")
}

// The same from a server that gives 500,000 rows at a time, as JFrog's cloud does.
func BenchmarkMillionInParts(b *testing.B) {
	capped := million
	capped.HardCap = 500_000
	p := newProgram(b, capped)
	for b.Loop() {
		p.run(0, "audit")
	}
}

// Of one signature in a thousand the target lacks the files: they are copied.
func BenchmarkMillionRepair(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		lacking := million
		lacking.CopiedShare = 0.999
		p := newProgram(b, lacking)
		b.StartTimer()
		p.run(0, "sync")
	}
}

// One image among them is looked at: the goal is below a second, without a listing of all.
func BenchmarkMillionOneImage(b *testing.B) {
	p := newProgram(b, million)
	for b.Loop() {
		p.run(0, "audit", "--image", "team-07/app-00007")
	}
}

// The shape of registry.k8s.io, nothing missing: the goal is 22 listings, below 60 s
// of processor time and 400 MiB.
func BenchmarkMirrors(b *testing.B) {
	e := estate{Estate: seed.Estate{Images: 46_000, TagsPerImage: 1, SignedShare: 1, PromotedShare: 1, CopiedShare: 1, Seed: 1}, Laid: true}
	for n := range 20 {
		e.Mirrors = append(e.Mirrors, fmt.Sprintf("mirror-%02d", n))
	}
	p := newProgram(b, e)
	for b.Loop() {
		p.run(0, "audit")
	}
}

// The goal is below 30 ms.
func BenchmarkVersion(b *testing.B) {
	p := newProgram(b, estate{})
	for b.Loop() {
		if out, err := exec.CommandContext(b.Context(), p.binary, "version").CombinedOutput(); err != nil {
			b.Fatalf("version: %v: %s", err, out)
		}
	}
}

// queryOf asks for what sigsync asks for.
func queryOf(repository string) string {
	return `items.find({"repo":` + strconv.Quote(repository) + `,"$or":[{"path":{"$match":"*/sha256-*.sig"}},{"path":{"$match":"*/sha256-*.att"}},` +
		`{"path":{"$match":"*/sha256-*.sbom"}},{"name":"manifest.json"},{"name":"list.manifest.json"},{"name":"` + scan.EmptyConfigName + `"}]})` +
		`.include("repo","path","name","sha256","size")`
}

// tokensVariable makes the test binary a bare tokenizer of its standard input.
const tokensVariable = "SIGSYNC_BENCH_TOKENS"

// tokenize reads in pieces as large as sigsync's.
func tokenize(in io.Reader) error {
	for d := jsontext.NewDecoder(bufio.NewReaderSize(in, 64<<10)); ; {
		if _, err := d.ReadToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// processorTime runs a command and returns what it took of the processor.
func processorTime(b *testing.B, c *exec.Cmd) time.Duration {
	b.Helper()
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		b.Fatalf("%s: %v", c.Path, err)
	}
	return c.ProcessState.UserTime() + c.ProcessState.SystemTime()
}
