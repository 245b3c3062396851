// Package invariant watches the emulator's storage and says of every single
// write whether something was lost by it, or misled somebody: what has to hold
// at every moment, whoever writes and whatever fails.
package invariant

import (
	"fmt"
	"slices"
	"sync"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Checker looks at every change in some repositories. It is safe for
// concurrent use.
type Checker struct {
	repositories []string

	mu     sync.Mutex
	writes int
	broken []string
}

// Watch begins to look at what is written to those repositories. From then on
// these must hold for whoever writes there:
//
//   - no set ever shrinks: the layers of a .sig, .att or .sbom tag, told apart by
//     digest, media type and signature annotation; the entries of a referrers
//     index under a tag, or of the server's own; the referrers by digest;
//   - nothing is written but attachments and referrers indexes;
//   - no manifest is there whose blobs are not, nor an entry of an index whose
//     manifest is not.
func Watch(s *tree.Store, repositories ...string) *Checker {
	c := &Checker{repositories: repositories}
	s.Watch(c.see)
	return c
}

// Broken says what did not hold, in the order of the writes.
func (c *Checker) Broken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.broken)
}

// Writes is how many changes of files were looked at.
func (c *Checker) Writes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes
}

func (c *Checker) see(change tree.Change, look tree.Look) {
	if !slices.Contains(c.repositories, change.Repo) {
		return
	}
	f := place(change, look)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	for _, problem := range []string{f.foreign(), f.hollow(), f.lost()} {
		if problem != "" {
			c.broken = append(c.broken, fmt.Sprintf("write %d, %s:%s: %s", c.writes, change.Repo, change.Path, problem))
		}
	}
}
