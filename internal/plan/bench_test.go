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

// estate has n images with a tag each, and the signatures of all but every
// skip-th; 0 skips none.
func estate(n, skip int) *plan.Inventory { return estateOf(n, skip, nil) }

func estateOf(n, skip int, own func(string) bool) *plan.Inventory {
	b := plan.NewBuilder("repo")
	b.Only(own, true)
	for i := range n {
		image := fmt.Sprintf("team-%d/app-%d", i%50, i)
		subject := numbered('m', i)
		b.Manifest(image, "1.0", subject, false)
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
		estate(100_000, 0)
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
				inv := estateOf(100_000, 0, s.Owns)
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
	for _, missing := range []int{0, 100, 1} {
		b.Run(fmt.Sprintf("100000/missing-1-in-%d", missing), func(b *testing.B) {
			source, target := estate(100_000, 0), estate(100_000, missing)
			b.ReportAllocs()
			for b.Loop() {
				plan.Compute(source, target, plan.Options{Families: tagFamilies()}, nil)
			}
		})
	}
}
