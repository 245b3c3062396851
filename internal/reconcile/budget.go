package reconcile

import "sync"

// budget bounds how many attachments a run copies.
type budget struct {
	mu        sync.Mutex
	unlimited bool
	left      int
}

func newBudget(limit int) *budget { return &budget{unlimited: limit == 0, left: limit} }

// spent tells whether nothing is left.
func (b *budget) spent() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.unlimited && b.left == 0
}

// take reserves one copy, and tells whether there was one left.
func (b *budget) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.unlimited {
		return true
	}
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}
