package reconcile

import (
	"context"
	"sync"

	"github.com/sigsync/sigsync/internal/scan"
)

// Count is how far the listing of a run has come.
type Count struct {
	// Files are those that were listed, in steps of a thousand, those of
	// listings that broke off too, and those that came in several parts of one
	// once for each. Plain registries have none.
	Files int
	// Ended is of how many of the Repositories the listing has ended.
	Ended, Repositories int
}

// tally counts for Options.Counted what is listed. It is nil where nobody asks.
type tally struct {
	mu   sync.Mutex
	so   Count
	tell func(Count)
}

// tallied begins to count, and tells so.
func (r *run) tallied(repositories int) *tally {
	if r.Counted == nil {
		return nil
	}
	t := &tally{so: Count{Repositories: repositories}, tell: r.Counted}
	t.add(Count{})
	return t
}

func (t *tally) add(more Count) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.so.Files += more.Files
	t.so.Ended += more.Ended
	t.tell(t.so)
}

// ended notes that the listing of a repository has.
func (t *tally) ended() {
	if t != nil {
		t.add(Count{Ended: 1})
	}
}

// over is a lister whose files are counted.
func (t *tally) over(l scan.Lister) scan.Lister {
	if t == nil {
		return l
	}
	return talliedLister{l, t}
}

type talliedLister struct {
	scan.Lister
	tally *tally
}

// step is after how many files it is told of them: a listing may have millions.
const step = 1000

func (l talliedLister) List(ctx context.Context, q scan.Query, visit func(scan.File) error) error {
	files := 0
	defer func() { l.tally.add(Count{Files: files}) }()
	return l.Lister.List(ctx, q, func(f scan.File) error {
		files++
		if files == step {
			l.tally.add(Count{Files: files})
			files = 0
		}
		return visit(f)
	})
}
