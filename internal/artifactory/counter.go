package artifactory

import (
	"maps"
	"sync"
)

// Requests counts what a client has sent.
type Requests struct {
	// Total counts every attempt, Retries those that repeated another one.
	Total, Retries int
	// ByOperation counts attempts by operation: aql, copy, manifest, ping,
	// promote, repositories, storage, version.
	ByOperation map[string]int
}

type counter struct {
	mu sync.Mutex
	n  Requests
}

func newCounter() *counter { return &counter{n: Requests{ByOperation: map[string]int{}}} }

func (c *counter) add(operation string, retry bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n.Total++
	c.n.ByOperation[operation]++
	if retry {
		c.n.Retries++
	}
}

func (c *counter) snapshot() Requests {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.n
	n.ByOperation = maps.Clone(n.ByOperation)
	return n
}
