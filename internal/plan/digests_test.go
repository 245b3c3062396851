package plan

import (
	"testing"

	"github.com/sigsync/sigsync/internal/oci"
)

// Digests whose hashes are the same are still two; no caller can choose a hash.
func TestDigestsOfOneHashAreToldApart(t *testing.T) {
	const hash = 0x0123456789abcdef >> stripeBits
	p := NewPool()
	s := &p.digests[0]
	digests := []oci.Digest{{1}, {2}, {3}}
	for range 2 {
		for n, d := range digests {
			want := uint32(n + 1)
			if id := s.id(p, &d, hash); id != want || *s.at(id) != d {
				t.Errorf("digest %d has the number %d, want %d", n, id, want)
			}
		}
	}
}

func TestNoDigestHasNoNumber(t *testing.T) {
	p, q := NewPool(), new(pending)
	number := uint32(7)
	q.number(p, &oci.Digest{}, &number)
	q.settle(p)
	if known, ok := p.find(&oci.Digest{}); number != 0 || known != 0 || !ok {
		t.Errorf("the zero digest has the number %d, and is found as %d, %t, want 0", number, known, ok)
	}
}
