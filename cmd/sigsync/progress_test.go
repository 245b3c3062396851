package main

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/reconcile"
)

// ticking is a follower whose ticks come when they are sent; it says how far apart
// they were wanted.
func ticking(g *globals, w io.Writer) (f *follower, ticks chan time.Time, apart *time.Duration) {
	f = newFollower(environment{stderr: w, lookup: nothing}, g)
	ticks, apart = make(chan time.Time), new(time.Duration)
	f.tick = func(d time.Duration) (<-chan time.Time, func()) {
		*apart = d
		return ticks, func() {}
	}
	return f, ticks, apart
}

// telling are the options of a run that tells f, and the contexts of its phases.
func telling(f *follower) reconcile.Options {
	o := reconcile.Options{Phase: func(ctx context.Context, _ reconcile.Phase, _ string) (context.Context, func()) {
		return context.WithValue(ctx, worldKey{}, "told"), func() {}
	}}
	f.watch(&o)
	return o
}

// logged is a hook that hands over entries as they come.
type logged struct{ entries chan *logrus.Entry }

func (logged) Levels() []logrus.Level { return logrus.AllLevels }

func (l logged) Fire(e *logrus.Entry) error {
	l.entries <- e
	return nil
}

func TestProgressIsInTheLogWhereThereIsNoTerminal(t *testing.T) {
	var stderr bytes.Buffer
	f, ticks, apart := ticking(&globals{}, &stderr)
	log, _ := test.NewNullLogger()
	hook := logged{make(chan *logrus.Entry)}
	log.AddHook(hook)
	end := f.start(log)
	if *apart != 30*time.Second {
		t.Errorf("lines are %s apart, want 30s", *apart)
	}
	o := telling(f)
	ctx, ended := o.Phase(t.Context(), reconcile.Execution, "dev-to-prod")
	if ctx.Value(worldKey{}) != "told" {
		t.Error("who was told of phases before is told no more")
	}
	o.Progress("dev-to-prod", 2, 5)
	ticks <- time.Time{}
	e := <-hook.entries
	if diff := cmp.Diff([]any{"dev-to-prod", 2, 5}, []any{e.Data["pair"], e.Data["done"], e.Data["total"]}); diff != "" {
		t.Errorf("pair, done and total (-want +got):\n%s", diff)
	}
	ended()
	_, ended = o.Phase(t.Context(), reconcile.Scan, "")
	o.Counted(reconcile.Count{Files: 7000, Ended: 1, Repositories: 3})
	ticks <- time.Time{}
	e = <-hook.entries
	if diff := cmp.Diff([]any{7000, 1, 3}, []any{e.Data["files"], e.Data["done"], e.Data["total"]}); diff != "" {
		t.Errorf("files, done and total (-want +got):\n%s", diff)
	}
	ended()
	end()
	end() // once is enough
	if stderr.Len() > 0 {
		t.Errorf("stderr = %q, want nothing but the log", stderr.String())
	}
}

func TestNoProgressIsNone(t *testing.T) {
	f, _, apart := ticking(&globals{noProgress: true}, io.Discard)
	f.start(logrus.New())()
	if *apart != 0 {
		t.Errorf("ticks are %s apart, want none", *apart)
	}
	if o := telling(f); o.Progress != nil || o.Counted != nil {
		t.Error("the run is to tell how far it has come, want nobody told")
	}
}

// Whatever a run leaves open, nothing of the line is left above the report.
func TestNothingOfTheLineIsLeft(t *testing.T) {
	var stderr bytes.Buffer
	f, _, _ := ticking(&globals{}, &stderr)
	f.how = asLine
	log, _ := test.NewNullLogger()
	end := f.start(log)
	f.meter.Begin("scan", "")
	if got := stderr.String(); got == "" {
		t.Fatal("the line is not shown")
	}
	end()
	f.meter.Begin("plan", "")
	if got, want := stderr.String(), "\r\x1b[K"; !bytes.HasSuffix([]byte(got), []byte(want)) {
		t.Errorf("stderr = %q, want %q at the end", got, want)
	}
}
