package aql_test

import (
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// The race detector watches this test.
func TestQueryMayBeSharedAmongGoroutines(t *testing.T) {
	q := parse(t, `items.find({"repo":"dev"},{"path":"app/1.0"},{"name":"manifest.json"})`)
	items := everything(fixture())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if r, err := q.Run(items, admin()); err != nil || r.Rows() != 1 {
				t.Errorf("Run = %v, %v, want one row", r, err)
			}
		})
	}
	wg.Wait()
}

func TestRunStopsBehindTheLimit(t *testing.T) {
	read := 0
	endless := func(yield func(tree.Item) bool) {
		for yield(tree.Item{Repo: "r", Path: "x"}) {
			read++
		}
	}
	r, err := parse(t, `items.find().offset(2).limit(3)`).Run(endless, admin())
	if err != nil || r.Rows() != 3 || read != 5 {
		t.Errorf("Run = %v, %v after %d items, want 3 rows after 5", r, err, read)
	}
}
