package main

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	faults "github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// The crash sweep's size: some crashes by default, every one with -crash=1.
var (
	crashShare = flag.Float64("crash", 0.03, "share of the crash sweep's crashes to do, from 0 to 1")
	crashSeed  = flag.Uint64("crash.seed", 1, "seed of the choice of crashes")
)

// The program is killed at every request of a run, before the server does what
// was asked and after: nobody ever sees a manifest whose blobs are not there,
// and the next run ends with what an untroubled one leaves.
func TestCrashSweep(t *testing.T) {
	for name, referrers := range map[string][]string{"API at both ends": {source, target}, "no API at the target": {source}} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(*crashSeed, uint64(len(referrers))))
			requests, want := uncrashed(t, referrers)
			crashes := 0
			for n := int64(1); n <= requests; n++ {
				for _, after := range []bool{false, true} {
					if random.Float64() < *crashShare {
						crashes++
						crash(t, referrers, n, after, want)
					}
				}
			}
			t.Logf("%d crashes at %d requests, seed %d", crashes, requests, *crashSeed)
		})
	}
}

// onlyOne sends one request at a time, so that the n-th is the same in every run.
const onlyOne = "concurrency: {scan: 1, copy: 1}"

func cases(referrers []string) func(*tree.Store) {
	return func(s *tree.Store) {
		seed.Cases{Source: source, Target: target, SourceAPI: referrers[0] == source}.Seed(s)
	}
}

// uncrashed is a run that ends: how many requests it takes, and what it leaves.
func uncrashed(t *testing.T, referrers []string) (requests int64, left map[string]string) {
	t.Helper()
	g := newGround(t, referrers, onlyOne, cases(referrers)).watched()
	var count atomic.Int64
	g.server.SetIntercept(func(*http.Request, string) http.Handler { count.Add(1); return nil })
	c := g.sync(t.Context())
	if code, _ := c.ended(); code != 0 {
		t.Fatalf("an untroubled run: exit code %d: %s", code, c.err.String())
	}
	g.held()
	return count.Load(), g.contents()
}

func crash(t *testing.T, referrers []string, n int64, after bool, want map[string]string) {
	t.Helper()
	g := newGround(t, referrers, onlyOne, cases(referrers)).watched()
	victim, started := g.sync(t.Context()), make(chan struct{})
	var count atomic.Int64
	g.server.SetIntercept(func(*http.Request, string) http.Handler {
		if count.Add(1) != n {
			return nil
		}
		kill := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			<-started
			_ = victim.Process.Kill()
			panic(http.ErrAbortHandler)
		})
		if after {
			return faults.After(g.server.Direct(), kill)
		}
		return kill
	})
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	_ = victim.Wait() // how it ended is looked at next
	if code := victim.ProcessState.ExitCode(); code != -1 {
		t.Errorf("request %d, after the effect %t: exit code %d, want it killed: %s", n, after, code, victim.err.String())
	}
	g.server.SetIntercept(nil)
	next := g.sync(t.Context())
	if code, _ := next.ended(); code != 0 {
		t.Errorf("request %d, after the effect %t: the next run ended with exit code %d: %s", n, after, code, next.err.String())
	}
	if diff := cmp.Diff(want, g.contents()); diff != "" {
		t.Errorf("request %d, after the effect %t: the next run left (-want +got):\n%s", n, after, diff)
	}
	g.held()
}
