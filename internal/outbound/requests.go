package outbound

import (
	"maps"
	"sync"
)

// Requests counts what a client has sent.
type Requests struct {
	// Total counts every attempt, Retries those that repeated another one.
	Total, Retries int
	// ByOperation counts attempts by operation. Each client names its own.
	ByOperation map[string]int
}

// Counter counts requests. Its zero value is ready, and safe for concurrent use.
type Counter struct {
	mu sync.Mutex
	n  Requests
}

// Add counts an attempt; retry tells that it repeats another one.
func (c *Counter) Add(operation string, retry bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n.ByOperation == nil {
		c.n.ByOperation = map[string]int{}
	}
	c.n.Total++
	c.n.ByOperation[operation]++
	if retry {
		c.n.Retries++
	}
}

// Requests returns what was counted so far.
func (c *Counter) Requests() Requests {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.n
	if n.ByOperation = maps.Clone(n.ByOperation); n.ByOperation == nil {
		n.ByOperation = map[string]int{}
	}
	return n
}
