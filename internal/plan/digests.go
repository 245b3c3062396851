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
	mu    sync.Mutex
	table []uint32 // entries, open addressing; 0 is free
	seen  uint32   // by fetch, which is not to be left out for having no effect
	// Read without the lock. A number is counted when its digest is there.
	count  atomic.Uint32
	chunks atomic.Pointer[[]*digestChunk]
}

const digestsInChunk = 256

type digestChunk [digestsInChunk]oci.Digest

func (s *digestStripe) id(p *Pool, d *oci.Digest, hash uint64) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enter(p, d, hash)
}

// settle writes the numbers of several, and returns that of the last.
func (s *digestStripe) settle(p *Pool, waiting []wait, part uint32) (last uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetch(waiting)
	for i := range waiting {
		w := &waiting[i]
		last = s.enter(p, &w.digest, w.hash)
		w.write(last, part)
	}
	return last
}

// fetch brings to the processor what settle will look at: the slot where it begins
// to look, and the digest that is there if it may be the one.
func (s *digestStripe) fetch(waiting []wait) {
	if len(s.table) == 0 {
		return
	}
	mask, seen := mask(s.table), uint32(0)
	for i := range waiting {
		w := &waiting[i]
		seen += s.table[uint32(w.hash)&mask] //nolint:gosec // its lowest bits
	}
	for i := range waiting {
		w := &waiting[i]
		if e := s.table[uint32(w.hash)&mask]; e != 0 && e&^mask == entry(0, w.hash, len(s.table)) { //nolint:gosec // its lowest bits
			seen += uint32(s.at(e & mask)[0])
		}
	}
	s.seen = seen
}

// enter returns the number of a digest, which is new or known. The lock is held.
func (s *digestStripe) enter(p *Pool, d *oci.Digest, hash uint64) uint32 {
	s.table = roomy(s.table, s.count.Load(), func(e uint32, slots int) (uint64, uint32) {
		id := e & mask(s.table)
		hash := p.hash(s.at(id)) >> stripeBits
		return hash, entry(id, hash, slots)
	})
	slot, id := s.slot(d, hash)
	if id != 0 {
		return id
	}
	id = s.count.Load() + 1
	s.reach(id)
	*s.at(id) = *d
	s.table[slot] = entry(id, hash, len(s.table))
	s.count.Store(id)
	return id
}

// is tells whether a number is that of a digest; it need not be one.
func (s *digestStripe) is(id uint32, d *oci.Digest) bool {
	return id <= s.count.Load() && *s.at(id) == *d
}

// slot returns where the table has the digest and its number; a free slot and 0
// where it has not.
func (s *digestStripe) slot(d *oci.Digest, hash uint64) (slot, id uint32) {
	if len(s.table) == 0 {
		return 0, 0
	}
	mask, wanted := mask(s.table), entry(0, hash, len(s.table))
	for at := uint32(hash) & mask; ; at = (at + 1) & mask { //nolint:gosec // its lowest bits
		e := s.table[at]
		if e == 0 || e&^mask == wanted && *s.at(e & mask) == *d {
			return at, e & mask
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
		longer := chunks // what is pointed to is an allocation: chunks would be one for each call
		longer = append(longer, new(digestChunk))
		s.chunks.Store(&longer)
	}
}

// mask has the bits that name the slots of a table, and those of its numbers,
// which are less.
func mask(table []uint32) uint32 { return uint32(len(table)) - 1 } //nolint:gosec // tables have less than 2^32 slots

// entry is a number and, in the bits that the numbers of a table of that many
// slots leave free, the highest of its digest's hash. Another digest on the way to
// the one that is looked for is passed by without a look at it, which would nearly
// always miss the processor's caches.
func entry(id uint32, hash uint64, slots int) uint32 {
	return id | uint32(hash>>(32-stripeBits))&-uint32(slots) //nolint:gosec // its highest bits
}

// roomy returns a table with room for one more than count, and what the other
// has. again is asked for each entry's hash, and how it is spelled in a table of
// that many slots.
func roomy(table []uint32, count uint32, again func(entry uint32, slots int) (hash uint64, renewed uint32)) []uint32 {
	if int(count)+1 <= len(table)/4*3 {
		return table
	}
	wider := make([]uint32, max(16, 2*len(table)))
	mask := uint64(len(wider)) - 1
	for _, e := range table {
		if e == 0 {
			continue
		}
		hash, e := again(e, len(wider))
		at := hash & mask
		for wider[at] != 0 {
			at = (at + 1) & mask
		}
		wider[at] = e
	}
	return wider
}
