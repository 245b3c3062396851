package reconcile_test

import (
	"context"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/repository"
)

// broken is a writer with a defect.
type broken struct{ reconcile.Writer }

func (broken) CopyFile(context.Context, repository.File, repository.File, int) error {
	panic("a defect in the writer")
}

// The schedule recovers a run's panic, if it comes to the run's own goroutine.
func TestAPanicInAWorkerIsTheRuns(t *testing.T) {
	w := newWorld(t)
	w.promoted(3)
	w.options.Writers = map[string]reconcile.Writer{"main": broken{w.client}}
	defer func() {
		if p, _ := recover().(string); !strings.Contains(p, "a defect in the writer") || !strings.Contains(p, "CopyFile") {
			t.Errorf("recovered %q, want the panic of the worker with its stack", p)
		}
	}()
	w.sync()
}
