package plan

import (
	"sync"
	"sync/atomic"

	"github.com/sigsync/sigsync/internal/oci"
)

// digestStripe is a part of a pool's digests. Its numbers begin with 1.
//
// A Go map of them would take twice the memory, and twice that again while it
// grows: here the digests lie in chunks that are never moved, and what grows is
// a table of numbers.
type digestStripe struct {
	mu     sync.Mutex
	table  []uint32 // numbers, open addressing; 0 is free
	count  uint32
	chunks atomic.Pointer[[]*digestChunk] // read without the lock
}

const digestsInChunk = 256

type digestChunk [digestsInChunk]oci.Digest

func (s *digestStripe) id(p *Pool, d *oci.Digest, hash uint64) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table = roomy(s.table, s.count, func(id uint32) uint64 { return p.hash(s.at(id)) >> stripeBits })
	slot, id := s.slot(d, hash)
	if id != 0 {
		return id
	}
	s.count++
	s.reach(s.count)
	*s.at(s.count) = *d
	s.table[slot] = s.count
	return s.count
}

// slot returns where the table has the digest and its number; a free slot and 0
// where it has not.
func (s *digestStripe) slot(d *oci.Digest, hash uint64) (slot, id uint32) {
	mask := uint64(len(s.table)) - 1
	if len(s.table) == 0 {
		return 0, 0
	}
	for at := hash & mask; ; at = (at + 1) & mask {
		if id := s.table[at]; id == 0 || *s.at(id) == *d {
			return uint32(at), id //nolint:gosec // tables have less than 2^32 slots
		}
	}
}

func (s *digestStripe) at(id uint32) *oci.Digest {
	return &(*s.chunks.Load())[id/digestsInChunk][id%digestsInChunk]
}

// reach makes the chunk that a new number lies in. The list of chunks is
// replaced and not changed: others are reading it.
func (s *digestStripe) reach(id uint32) {
	var chunks []*digestChunk
	if known := s.chunks.Load(); known != nil {
		chunks = *known
	}
	if int(id/digestsInChunk) == len(chunks) {
		chunks = append(chunks, new(digestChunk))
		s.chunks.Store(&chunks)
	}
}

// roomy returns a table with room for one more than count, and the same numbers.
func roomy(table []uint32, count uint32, hash func(id uint32) uint64) []uint32 {
	if int(count)+1 <= len(table)/4*3 {
		return table
	}
	wider := make([]uint32, max(16, 2*len(table)))
	mask := uint64(len(wider)) - 1
	for _, id := range table {
		if id == 0 {
			continue
		}
		at := hash(id) & mask
		for wider[at] != 0 {
			at = (at + 1) & mask
		}
		wider[at] = id
	}
	return wider
}
