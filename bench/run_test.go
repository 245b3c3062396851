package bench_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// Nothing is missing among 10,000 signed images: the goal is 6 requests.
func BenchmarkNothingMissing10000(b *testing.B) {
	p := newProgram(b, estate{Estate: seed.Estate{Images: 10000, TagsPerImage: 1, SignedShare: 1, PromotedShare: 1, CopiedShare: 1}})
	for b.Loop() {
		p.run(0, "sync")
	}
}

// 1,000 signatures of 3 files are missing: the goal is 3,008 requests.
func BenchmarkMissing1000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := newProgram(b, estate{Estate: seed.Estate{Images: 1000, TagsPerImage: 1, SignedShare: 1, PromotedShare: 1}})
		b.StartTimer()
		p.run(0, "sync")
	}
}

// 100,000 manifests a side, of which half are signatures: the goal is a peak
// below 100 MiB.
func BenchmarkMemory100000(b *testing.B) {
	p := newProgram(b, estate{Estate: seed.Estate{Images: 10000, TagsPerImage: 5, SignedShare: 1, PromotedShare: 1, CopiedShare: 0.99}})
	for b.Loop() {
		p.run(3, "audit")
	}
}

// 100,000 images a side, each with a signature: 200,000 manifests.
func BenchmarkMemory200000(b *testing.B) {
	p := newProgram(b, estate{Estate: seed.Estate{Images: 20000, TagsPerImage: 5, SignedShare: 1, PromotedShare: 1, CopiedShare: 0.99}})
	for b.Loop() {
		p.run(3, "audit")
	}
}
