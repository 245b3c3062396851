package main

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	faults "github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// The soak's length: a few runs by default, as promised with -soak=10m.
var soakFor = flag.Duration("soak", 0, "how long the soak serves; 0 is a few runs")

// soakRuns are enough to see what each run leaves behind.
const soakRuns = 10

// Serving with a fifth of all requests spoiled, run after run with something to
// copy, leaves nothing behind: no goroutine, no descriptor, no memory.
func TestSoak(t *testing.T) {
	g := newGround(t, []string{source, target}, `schedule: {cron: "@every 1s", run_on_start: true}
serve: {listen: "127.0.0.1:0", webhook: {secret: hunter2, gather: 10ms}}`, soaked)
	kinds := slices.DeleteFunc(faults.Kinds(), func(k faults.Kind) bool { return !k.Passes || k.Stalls })
	g.server.SetIntercept(faults.NewMixture(1, chaosShare, g.server.Direct(), kinds...).Intercept)
	before := g.contents()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var levels []level
	began, copied := time.Now(), 0
	said := &beginning{}
	reports := &eachReport{ended: func() {
		disturb(t, said)
		if len(g.contents()) > len(before) {
			copied++
		}
		levels = append(levels, measure())
		if *soakFor == 0 && len(levels) == soakRuns || *soakFor > 0 && time.Since(began) > *soakFor {
			stop()
		}
		// The next run is to have something to do.
		for path := range g.contents() {
			if _, stays := before[path]; !stays && !strings.HasPrefix(path, ".jfrog/") {
				g.server.Tree().Delete(target, path[:strings.LastIndexByte(path, '/')])
			}
		}
		g.server.ResetLog()
	}}
	code := run(ctx, []string{"serve", "--config", g.config, "-o", "json", "--log-level", "info"}, environment{stdout: reports, stderr: said, lookup: os.LookupEnv, hangups: noHangups})
	if code != 0 || copied < len(levels)/2 {
		t.Fatalf("serve: exit code %d, %d of %d runs copied something", code, copied, len(levels))
	}
	t.Logf("%d runs, %d of which copied; first %+v, last %+v", len(levels), copied, levels[0], levels[len(levels)-1])
	if problem := growth(levels); problem != "" {
		t.Error(problem)
	}
}

// beginning keeps what a program says at first. All of it would grow with time.
type beginning struct{ watched }

// Write takes everything.
func (b *beginning) Write(p []byte) (int, error) {
	if len(b.String()) < 1<<12 {
		return b.watched.Write(p)
	}
	return len(p), nil
}

// disturb looks at everything that serve answers with, and sends an event.
func disturb(t *testing.T, said *beginning) {
	t.Helper()
	address := regexp.MustCompile(`address=(\S+)|"address":"([^"]+)"`).FindStringSubmatch(said.String())
	if address == nil {
		t.Errorf("it listens nowhere: %s", said)
		return
	}
	base := "http://" + address[1] + address[2]
	for path, want := range map[string]int{"/": 200, "/metrics": 200, "/healthz": 200, "/readyz": 200, "/api/v1/report?": 0} {
		if got, text, err := ask(http.MethodGet, base+path, "", nil); err != nil || want > 0 && got != want {
			t.Errorf("%s = %d %s, %v, want %d", path, got, text, err, want)
		}
	}
	event := []byte(`{"event_type": "pushed", "repo_key": "` + source + `", "image_name": "team/app-000001", "tag": "1.0"}`)
	if got, text, err := ask(http.MethodPost, base+"/webhooks/artifactory", "hunter2", event); err != nil || got != http.StatusAccepted {
		t.Errorf("event = %d %s, %v, want %d", got, text, err, http.StatusAccepted)
	}
}

func soaked(s *tree.Store) {
	seed.Estate{Images: 20, TagsPerImage: 1, SignedShare: 1, PromotedShare: 1, Seed: 1, Source: source, Target: target}.Fill(s)
}

// eachReport is told of each report that is written.
type eachReport struct {
	ended func()
	mu    sync.Mutex
}

// Write takes in a report, or a part of one: its end is the end of an object.
func (e *eachReport) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if bytes.HasSuffix(p, []byte("\n}\n")) {
		e.ended()
	}
	return len(p), nil
}

// level is what a process holds between two runs.
type level struct {
	Goroutines, Descriptors int
	Heap                    uint64
}

func measure() level {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd") // none where there is no /proc
	return level{runtime.NumGoroutine(), len(files), m.HeapAlloc}
}

// growth says what grew from the runs after the start to those at the end.
func growth(levels []level) string {
	half := levels[len(levels)/2:]
	early, late := lowest(levels[1:len(levels)/2]), lowest(half[len(half)/2:])
	switch {
	case late.Goroutines > early.Goroutines+slack:
		return "goroutines grew"
	case late.Descriptors > early.Descriptors+slack:
		return "descriptors grew"
	case late.Heap > early.Heap+early.Heap/4+1<<20:
		return "memory grew"
	default:
		return ""
	}
}

// slack is for connections whose other end, in this process too, has not
// noticed yet that they are closed. What every run leaves is more than that.
const slack = 10

func lowest(levels []level) level {
	low := levels[0]
	for _, l := range levels {
		low = level{min(low.Goroutines, l.Goroutines), min(low.Descriptors, l.Descriptors), min(low.Heap, l.Heap)}
	}
	return low
}
