package plan_test

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/shard"
)

func numbered(kind byte, n int) oci.Digest {
	var b [9]byte
	b[0] = kind
	binary.LittleEndian.PutUint64(b[1:], uint64(n))
	return oci.FromBytes(b[:])
}

// estate has n tagged images, fifty to a path, and the signatures of all but
// every skip-th; 0 skips none.
func estate(pool *plan.Pool, n, skip int) *plan.Inventory { return estateOf(pool, n, skip, nil) }

func estateOf(pool *plan.Pool, n, skip int, own func(string) bool) *plan.Inventory {
	b := pool.Builder("repo")
	b.Only(own, true)
	for i := range n {
		image := fmt.Sprintf("team-%d/app-%d", i/50%50, i/50)
		subject := numbered('m', i)
		b.Manifest(image, fmt.Sprintf("1.%d.%d", i/10, i%10), subject, false)
		if skip > 0 && i%skip == 0 {
			continue
		}
		tag := cosign.Tag{Subject: subject, Family: cosign.Signature}
		b.AttachmentManifest(image, tag, numbered('s', i))
		b.AttachmentBlob(image, tag, numbered('c', i), true)
		b.AttachmentBlob(image, tag, numbered('l', i), true)
	}
	return b.Build()
}

func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		estate(plan.NewPool(), 100_000, 0)
	}
}

// What an inventory of 100,000 signed images keeps: kept-bytes is what is on the
// heap once it is built.
func BenchmarkKept(b *testing.B) {
	for name, s := range map[string]shard.Shard{"whole": {}, "shard-of-8": {Index: 3, Count: 8}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var kept uint64
			for b.Loop() {
				before := heap()
				inv := estateOf(plan.NewPool(), 100_000, 0, s.Owns)
				targets := []*plan.Inventory{inv}
				plan.Strays(targets, targets)
				inv = inv.Forget(targets)
				kept = heap() - before
				runtime.KeepAlive(inv)
			}
			b.ReportMetric(float64(kept), "kept-bytes")
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkCompute(b *testing.B) {
	for _, c := range []struct {
		subjects, missing int
		match             plan.Match
	}{
		{100_000, 0, plan.MatchPath}, {100_000, 100, plan.MatchPath}, {100_000, 1, plan.MatchPath},
		{1_000_000, 0, plan.MatchPath}, {1_000_000, 0, plan.MatchDigest},
	} {
		b.Run(fmt.Sprintf("%d/missing-1-in-%d/match-%d", c.subjects, c.missing, c.match), func(b *testing.B) {
			pool := plan.NewPool()
			source, target := estate(pool, c.subjects, 0), estate(pool, c.subjects, c.missing)
			b.ReportAllocs()
			for b.Loop() {
				o := plan.Options{Families: tagFamilies(), Match: c.match}
				plan.Inquiries(source, target, o)
				plan.Compute(source, target, o, nil)
			}
		})
	}
}
