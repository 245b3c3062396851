package webhook_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/webhook"
)

// named is a pushed event of an image.
func named(image string) webhook.Event { return webhook.Event{Repository: "dev", Image: image} }

func images(batch []webhook.Event) (names []string) {
	for _, e := range batch {
		names = append(names, e.Image)
	}
	return names
}

// batch is what was handed over, and when.
type batch struct {
	After  time.Duration
	Images []string
}

// gather runs a Gatherer in a bubble, whose clock passes by waiting only, while
// play adds events. Work on a batch takes so long.
func gather(t *testing.T, o webhook.GatherOptions, work time.Duration, play func(g *webhook.Gatherer)) []batch {
	t.Helper()
	var got []batch
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		start := time.Now()
		g := webhook.NewGatherer(o)
		done := make(chan struct{})
		go func() {
			defer close(done)
			g.Run(ctx, func(_ context.Context, b []webhook.Event) {
				got = append(got, batch{time.Since(start), images(b)})
				<-time.After(work)
			})
		}()
		play(g)
		<-time.After(time.Hour)
		stop()
		<-done
	})
	return got
}

func TestGather(t *testing.T) {
	const window = time.Second
	for _, c := range []struct {
		name string
		work time.Duration
		play func(g *webhook.Gatherer)
		want []batch
	}{
		{"nothing", 0, func(*webhook.Gatherer) {}, nil},
		{"one", 0, func(g *webhook.Gatherer) { g.Add(named("a")) }, []batch{{window, []string{"a"}}}},
		{"each once, as they came", 0, func(g *webhook.Gatherer) {
			for _, image := range []string{"c", "a", "c", "b", "a"} {
				g.Add(named(image))
			}
		}, []batch{{window, []string{"c", "a", "b"}}}},
		{"a window from the first on", 0, func(g *webhook.Gatherer) {
			<-time.After(5 * time.Second)
			g.Add(named("a"))
			<-time.After(window * 3 / 4)
			g.Add(named("b"))
			<-time.After(window / 2)
			g.Add(named("c"))
		}, []batch{{6 * time.Second, []string{"a", "b"}}, {7*time.Second + window/4, []string{"c"}}}},
		{"the same again, later", 0, func(g *webhook.Gatherer) {
			g.Add(named("a"))
			<-time.After(window * 2)
			g.Add(named("a"))
		}, []batch{{window, []string{"a"}}, {3 * window, []string{"a"}}}},
		{"a window that is over when the work is", 10 * time.Second, func(g *webhook.Gatherer) {
			g.Add(named("a"))
			<-time.After(window * 3)
			g.Add(named("b"))
			<-time.After(window * 3)
			g.Add(named("a"))
		}, []batch{{window, []string{"a"}}, {11 * time.Second, []string{"b", "a"}}}},
		{"a window that is not over when the work is", 10 * time.Second, func(g *webhook.Gatherer) {
			g.Add(named("a"))
			<-time.After(10*time.Second + window/4)
			g.Add(named("b"))
			<-time.After(window / 2)
			g.Add(named("c"))
		}, []batch{{window, []string{"a"}}, {11*time.Second + window/4, []string{"b", "c"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := gather(t, webhook.GatherOptions{Window: window, Most: 10}, c.work, c.play)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("batches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGatherWithoutAWindow(t *testing.T) {
	o := webhook.GatherOptions{Most: 10, Wait: func(context.Context, time.Duration) error {
		t.Error("it waited")
		return nil
	}}
	got := gather(t, o, time.Second, func(g *webhook.Gatherer) {
		g.Add(named("a"))
		synctest.Wait()
		g.Add(named("b"))
		g.Add(named("c"))
	})
	if diff := cmp.Diff([]batch{{0, []string{"a"}}, {time.Second, []string{"b", "c"}}}, got); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
}

// Waiting for a window that begins in the future would take as long as the clock was wrong.
func TestGatherAfterTheClockWasSetBack(t *testing.T) {
	var wrong atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(wrong.Load())) }
	o := webhook.GatherOptions{Window: time.Second, Most: 10, Now: now}
	got := gather(t, o, 10*time.Second, func(g *webhook.Gatherer) {
		g.Add(named("a"))
		<-time.After(5 * time.Second)
		g.Add(named("b"))
		wrong.Store(int64(-time.Hour))
	})
	if diff := cmp.Diff([]batch{{time.Second, []string{"a"}}, {12 * time.Second, []string{"b"}}}, got); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
}

func TestAdd(t *testing.T) {
	g := webhook.NewGatherer(webhook.GatherOptions{Most: 2})
	var got []webhook.Taken
	for _, image := range []string{"a", "a", "b", "c", "b", "d"} {
		got = append(got, g.Add(named(image)))
	}
	want := []webhook.Taken{webhook.Accepted, webhook.Duplicate, webhook.Accepted, webhook.Dropped, webhook.Duplicate, webhook.Dropped}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Add = (-want +got):\n%s", diff)
	}
}

// Events differ in all that they tell.
func TestAddTellsEventsApart(t *testing.T) {
	g := webhook.NewGatherer(webhook.GatherOptions{Most: 100})
	for _, e := range []webhook.Event{
		{Repository: "dev", Image: "a"},
		{Repository: "dev", Image: "a", Promoted: true},
		{Repository: "dev", Image: "a", Tag: "1"},
		{Repository: "dev", Image: "a", Tag: "1", Digest: digest(t)},
		{Repository: "prod", Image: "a"},
		{Repository: "dev", Image: "a", Promoted: true, TargetRepository: "prod"},
		{Repository: "dev", Image: "a", Promoted: true, TargetRepository: "prod", TargetTag: "1"},
	} {
		if got := g.Add(e); got != webhook.Accepted {
			t.Errorf("Add(%v) = %s, want accepted", e, got)
		}
	}
}

func TestGatherFreesItsRoom(t *testing.T) {
	got := gather(t, webhook.GatherOptions{Most: 1}, 0, func(g *webhook.Gatherer) {
		for _, image := range []string{"a", "b", "c"} {
			if got := g.Add(named(image)); got != webhook.Accepted {
				t.Errorf("Add(%s) = %s, want accepted", image, got)
			}
			synctest.Wait()
		}
	})
	if len(got) != 3 {
		t.Errorf("batches = %v, want three", got)
	}
}

// Thousands of events at once: each is handed over, and none twice in a batch.
func TestGatherBursts(t *testing.T) {
	const senders, each, distinct = 50, 400, 3000
	g := webhook.NewGatherer(webhook.GatherOptions{Window: time.Millisecond, Most: distinct + 1})
	ctx, stop := context.WithCancel(t.Context())
	handed := map[string]int{}
	var working atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.Run(ctx, func(_ context.Context, b []webhook.Event) {
			if !working.CompareAndSwap(false, true) || len(b) == 0 {
				t.Error("two batches at a time, or one of nothing")
			}
			in := map[string]bool{}
			for _, name := range images(b) {
				if in[name] {
					t.Errorf("%s is twice in a batch", name)
				}
				in[name] = true
				handed[name]++
			}
			if in["last"] {
				stop()
			}
			working.Store(false)
		})
	}()
	var sending sync.WaitGroup
	var accepted atomic.Int64
	for s := range senders {
		sending.Go(func() {
			for i := range each {
				switch got := g.Add(named(fmt.Sprint((s*each/4 + i) % distinct))); got {
				case webhook.Accepted:
					accepted.Add(1)
				case webhook.Duplicate:
				default:
					t.Errorf("Add = %s while there was room", got)
				}
			}
		})
	}
	sending.Wait()
	g.Add(named("last"))
	<-done
	sum := int64(0)
	for _, n := range handed {
		sum += int64(n)
	}
	if len(handed) != distinct+1 || sum != accepted.Load()+1 {
		t.Errorf("%d events of %d images were handed over, want %d of %d", sum, len(handed), accepted.Load()+1, distinct+1)
	}
}

func TestRunEndsWhileItWaits(t *testing.T) {
	for name, play := range map[string]func(*webhook.Gatherer){
		"for an event": func(*webhook.Gatherer) {},
		"for a window": func(g *webhook.Gatherer) { g.Add(named("a")) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				g := webhook.NewGatherer(webhook.GatherOptions{Window: time.Hour, Most: 10})
				play(g)
				done := make(chan struct{})
				start := time.Now()
				go func() {
					defer close(done)
					g.Run(ctx, func(context.Context, []webhook.Event) { t.Error("work began") })
				}()
				synctest.Wait()
				stop()
				<-done
				if took := time.Since(start); took != 0 {
					t.Errorf("Run ended after %s, want at once", took)
				}
			})
		})
	}
}

func TestRunOnAnEndedContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	g := webhook.NewGatherer(webhook.GatherOptions{Most: 10})
	g.Add(named("a"))
	stop()
	g.Run(ctx, func(context.Context, []webhook.Event) { t.Error("work began after the end") })
	if got := g.Add(named("b")); got != webhook.Dropped {
		t.Errorf("Add after the end = %s, want dropped", got)
	}
}

func TestRunReturnsAfterTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		g := webhook.NewGatherer(webhook.GatherOptions{Most: 10})
		g.Add(named("a"))
		release, done := make(chan struct{}), make(chan struct{})
		batches := 0
		go func() {
			defer close(done)
			g.Run(ctx, func(got context.Context, _ []webhook.Event) {
				batches++
				<-got.Done()
				<-release
			})
		}()
		synctest.Wait()
		g.Add(named("b"))
		stop()
		synctest.Wait()
		select {
		case <-done:
			t.Error("Run returned while work was under way")
		default:
		}
		if got := g.Add(named("c")); got != webhook.Dropped {
			t.Errorf("Add after the end = %s, want dropped", got)
		}
		close(release)
		<-done
		if batches != 1 {
			t.Errorf("%d batches, want what waited at the end to be left", batches)
		}
	})
}

func TestRunAgainAfterAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		g := webhook.NewGatherer(webhook.GatherOptions{Most: 10})
		g.Add(named("a"))
		func() {
			defer func() {
				if recover() == nil {
					t.Error("Run caught a panic of work")
				}
			}()
			g.Run(ctx, func(context.Context, []webhook.Event) {
				g.Add(named("b"))
				panic("out of cheese")
			})
		}()
		g.Run(ctx, func(_ context.Context, b []webhook.Event) {
			if diff := cmp.Diff([]string{"b"}, images(b)); diff != "" {
				t.Errorf("the batch after the panic (-want +got):\n%s", diff)
			}
			stop()
		})
	})
}
