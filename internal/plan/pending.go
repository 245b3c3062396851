package plan

import "github.com/sigsync/sigsync/internal/oci"

// pending are digests of a listing whose numbers are still to be found, those of
// each part of a pool together. The table of a part does not stay in the
// processor's caches, and a look into it waits for memory: looks that do not depend
// on each other wait at the same time.
type pending struct {
	lines [stripes]line
	// ordered tells of digests that come in an order, which may be that of another
	// listing before.
	ordered bool
}

// line are those of one part.
type line struct {
	waiting [32]wait
	count   int
	// last is where in the part the listing last was. What was promoted comes in the
	// same order on both sides, and the next digest is behind it then: there the
	// processor has it at hand.
	last uint32
}

// wait is a digest, and where its number is to be written.
type wait struct {
	digest oci.Digest
	hash   uint64
	to     *uint32
}

// number has the number of a digest written: when so many are waiting that it pays,
// or when all is settled. That of the zero digest is 0.
func (q *pending) number(p *Pool, d *oci.Digest, to *uint32) {
	if d.IsZero() {
		*to = 0
		return
	}
	hash := p.hash(d)
	part := uint32(hash % stripes)
	l := &q.lines[part]
	l.waiting[l.count] = wait{*d, hash >> stripeBits, to}
	l.count++
	if l.count == len(l.waiting) {
		q.settleLine(p, part)
	}
}

// settle writes all numbers that are to be written.
func (q *pending) settle(p *Pool) {
	for part := range uint32(stripes) {
		q.settleLine(p, part)
	}
}

func (q *pending) settleLine(p *Pool, part uint32) {
	l := &q.lines[part]
	waiting := l.waiting[:l.count]
	l.count = 0
	for q.ordered && len(waiting) > 0 && p.digests[part].is(l.last+1, &waiting[0].digest) {
		l.last++
		waiting[0].write(l.last, part)
		waiting = waiting[1:]
	}
	if len(waiting) > 0 {
		l.last = p.digests[part].settle(p, waiting, part)
	}
}

func (w *wait) write(id, part uint32) { *w.to = id<<stripeBits | part }
