package scan

import (
	"context"
	"fmt"

	"github.com/sigsync/sigsync/internal/plan"
)

// Inventory lists a repository and returns what it holds, with the digests in
// the pool: inventories that are compared share one. There is no inventory of a
// listing that was not complete.
func Inventory(ctx context.Context, pool *plan.Pool, l Lister, q Query) (*plan.Inventory, error) {
	b := pool.Builder(q.Repository)
	b.Only(q.Own, !q.OwnOnly)
	r := reading{builder: b}
	err := l.List(ctx, q, func(f File) error {
		r.add(f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", q.Repository, err)
	}
	return b.Build(), nil
}
