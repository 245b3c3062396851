package plan

import (
	"encoding/binary"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// textStripe is a part of a pool's texts. The number of a text is where it
// begins: they lie one after the other, each behind its length, which takes one
// byte for what is usual.
type textStripe struct {
	mu     sync.Mutex
	table  []uint32 // numbers, as a digestStripe's, but nothing beside them
	count  uint32
	next   uint64                   // where there is room; 0 is never a text
	chunks atomic.Pointer[[][]byte] // read without the lock
}

// A text is in one chunk. A longer one than that has a chunk that is longer,
// and the numbers of those behind it are left out.
const (
	textChunkBits = 14
	textChunk     = 1 << textChunkBits
	// mostText is what the numbers of one part can tell apart: 4 GiB in all.
	mostText = 1 << (32 - stripeBits)
)

func (s *textStripe) id(p *Pool, text string, hash uint64) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table = roomy(s.table, s.count, func(id uint32, _ int) (uint64, uint32) {
		return maphash.Bytes(p.seed, s.at(id)) >> stripeBits, id
	})
	mask := uint64(len(s.table)) - 1
	at := hash & mask
	for ; s.table[at] != 0; at = (at + 1) & mask {
		if string(s.at(s.table[at])) == text {
			return s.table[at]
		}
	}
	s.count++
	s.table[at] = s.add(text)
	return s.table[at]
}

func (s *textStripe) at(id uint32) []byte {
	chunk := (*s.chunks.Load())[id>>textChunkBits][id%textChunk:]
	size, n := binary.Uvarint(chunk)
	return chunk[n : n+int(size)] //nolint:gosec // it was written by add
}

// add writes a text where there is room. Readers know the numbers of the texts
// before it alone, and what lies there does not change.
func (s *textStripe) add(text string) uint32 {
	var chunks [][]byte
	if known := s.chunks.Load(); known != nil {
		chunks = *known
	}
	var length [binary.MaxVarintLen64]byte
	head := binary.PutUvarint(length[:], uint64(len(text)))
	need := uint64(head + len(text)) //nolint:gosec // a length
	room := uint64(len(chunks)) * textChunk
	if s.next+need > room {
		s.next = room
		if room == 0 {
			s.next, need = 1, need+1
		}
		whole := (need + textChunk - 1) / textChunk
		if room+whole*textChunk > mostText {
			panic("plan: tags of more than 4 GiB do not fit into a pool")
		}
		chunks = append(chunks, make([]byte, whole*textChunk))
		for range whole - 1 {
			chunks = append(chunks, nil)
		}
		s.chunks.Store(&chunks)
	}
	id := uint32(s.next) //nolint:gosec // less than mostText
	chunk := chunks[id>>textChunkBits][id%textChunk:]
	copy(chunk[copy(chunk, length[:head]):], text)
	s.next += uint64(head + len(text)) //nolint:gosec // a length
	if len(chunk) > textChunk {
		s.next = uint64(len(chunks)) * textChunk
	}
	return id
}
