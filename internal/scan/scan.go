package scan

import (
	"context"
	"fmt"

	"github.com/sigsync/sigsync/internal/plan"
)

// Inventory lists a repository and returns what it holds. There is no
// inventory of a listing that was not complete.
func Inventory(ctx context.Context, l Lister, q Query) (*plan.Inventory, error) {
	b := plan.NewBuilder(q.Repository)
	b.Only(q.Own, !q.OwnOnly)
	err := l.List(ctx, q, func(f File) error {
		add(b, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", q.Repository, err)
	}
	return b.Build(), nil
}
