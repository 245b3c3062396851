package plan

import (
	"hash/maphash"
	"strings"
	"sync"

	"github.com/sigsync/sigsync/internal/oci"
)

// Pool keeps every digest, tag and image path once, however many inventories
// name it: what was promoted is on both sides, and a digest is a subject here
// and a manifest there. Inventories name them by number. It only grows, and is
// safe for concurrent use; the inventories of one run share one.
type Pool struct {
	seed    maphash.Seed
	digests [stripes]digestStripe
	texts   [stripes]textStripe

	mu    sync.Mutex
	paths map[string]string
}

// stripes is how many parts a pool has, each with a lock of its own: listings
// that come at a time would wait for one. A number's lowest bits name the part.
const (
	stripeBits = 4
	stripes    = 1 << stripeBits
)

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{seed: maphash.MakeSeed(), paths: map[string]string{}} }

// Builder starts the inventory of one repository.
func (p *Pool) Builder(repository string) *Builder {
	return &Builder{repository: repository, pool: p, ids: map[string]uint32{}}
}

// id returns the number of a digest, which is new or known. That of the zero
// digest is 0.
func (p *Pool) id(d *oci.Digest) uint32 {
	if d.IsZero() {
		return 0
	}
	hash := p.hash(d)
	part := uint32(hash % stripes)
	return p.digests[part].id(p, d, hash>>stripeBits)<<stripeBits | part
}

// find returns the number of a digest, and whether it has one.
func (p *Pool) find(d *oci.Digest) (uint32, bool) {
	if d.IsZero() {
		return 0, true
	}
	hash := p.hash(d)
	part := uint32(hash % stripes)
	s := &p.digests[part]
	s.mu.Lock()
	defer s.mu.Unlock()
	_, id := s.slot(d, hash>>stripeBits)
	return id<<stripeBits | part, id != 0
}

// digest returns the digest of a number, which nobody may change.
func (p *Pool) digest(id uint32) *oci.Digest {
	if id == 0 {
		return &oci.Digest{}
	}
	return p.digests[id%stripes].at(id >> stripeBits)
}

// compare orders digests by their bytes.
func (p *Pool) compare(a, b uint32) int {
	if a == b {
		return 0
	}
	return p.digest(a).Compare(*p.digest(b))
}

// greater returns the number of the digest that compares greater.
func (p *Pool) greater(a, b uint32) uint32 {
	if p.compare(a, b) < 0 {
		return b
	}
	return a
}

func (p *Pool) hash(d *oci.Digest) uint64 { return maphash.Bytes(p.seed, d[:]) }

// tag returns the number of a tag; that of "" is 0.
func (p *Pool) tag(tag string) uint32 {
	if tag == "" {
		return 0
	}
	hash := maphash.String(p.seed, tag)
	part := uint32(hash % stripes)
	return p.texts[part].id(p, tag, hash>>stripeBits)<<stripeBits | part
}

// text returns the bytes of a tag, which nobody may change.
func (p *Pool) text(id uint32) []byte {
	if id == 0 {
		return nil
	}
	return p.texts[id%stripes].at(id >> stripeBits)
}

// path returns the one copy of an image path.
func (p *Pool) path(image string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept, known := p.paths[image]
	if !known {
		kept = strings.Clone(image)
		p.paths[kept] = kept
	}
	return kept
}
