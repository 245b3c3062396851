package fault

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"
)

// Mixture spoils a share of all requests, each in one of some kinds of fault.
// The same seed takes the same decisions in the same order. It is safe for
// concurrent use.
type Mixture struct {
	direct http.Handler
	share  float64
	kinds  []Kind

	mu     sync.Mutex
	random *rand.Rand
	counts map[string]int
}

// NewMixture mixes kinds of fault; share is between 0 and 1.
func NewMixture(seed uint64, share float64, direct http.Handler, kinds ...Kind) *Mixture {
	return &Mixture{
		direct: direct, share: share, kinds: kinds, counts: map[string]int{},
		random: rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // disorder, not secrecy
	}
}

// Intercept takes a decision about one request.
func (m *Mixture) Intercept(*http.Request, string) http.Handler {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.random.Float64() >= m.share {
		return nil
	}
	kind := m.kinds[m.random.IntN(len(m.kinds))]
	m.counts[kind.Name]++
	own := rand.New(rand.NewPCG(m.random.Uint64(), 0)) //nolint:gosec // disorder, not secrecy
	return kind.Make(m.direct, own)
}

// Counts returns how often each kind was chosen.
func (m *Mixture) Counts() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.counts)
}
