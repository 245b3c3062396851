package schedule_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/schedule"
)

// noon is when the world's clock starts.
var noon = time.Date(2026, 8, 17, 12, 0, 0, 0, time.UTC)

// world is a clock that passes by sleeping only. It stops the schedule at a
// time, and writes down when runs started.
type world struct {
	ctx  context.Context
	stop context.CancelFunc
	log  *test.Hook

	now, until time.Time
	slept      []time.Duration
	started    []string
}

func newWorld(t *testing.T, lasts time.Duration) (*world, schedule.Options) {
	t.Helper()
	w := &world{now: noon, until: noon.Add(lasts)}
	w.ctx, w.stop = context.WithCancel(t.Context())
	t.Cleanup(w.stop)
	log, hook := test.NewNullLogger()
	w.log = hook
	return w, schedule.Options{
		Timetable: schedule.Timetable{Cron: "*/10 * * * *"}, Log: log,
		Now: func() time.Time { return w.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.slept = append(w.slept, d)
			w.pass(d)
			return ctx.Err()
		},
	}
}

func (w *world) pass(d time.Duration) {
	if w.now = w.now.Add(d); w.now.After(w.until) {
		w.stop()
	}
}

// start is a run; it takes so long.
func (w *world) start(lasts time.Duration) {
	w.started = append(w.started, w.now.Format("15:04"))
	w.pass(lasts)
}

func (w *world) run(t *testing.T, o schedule.Options, job func(ctx context.Context)) {
	t.Helper()
	if err := schedule.Run(w.ctx, o, job); err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(o *schedule.Options)
		lasts  time.Duration // of every run
		want   []string
	}{
		{"at every tick", nil, time.Minute, []string{"12:10", "12:20", "12:30"}},
		{"and at the start", func(o *schedule.Options) { o.RunOnStart = true }, time.Minute, []string{"12:00", "12:10", "12:20", "12:30"}},
		{"a tick during a run is skipped", nil, 11 * time.Minute, []string{"12:10", "12:30"}},
		{"a tick during the first run is skipped", func(o *schedule.Options) { o.RunOnStart = true }, 11 * time.Minute, []string{"12:00", "12:20"}},
		{"a tick at the end of a run is not", nil, 10 * time.Minute, []string{"12:10", "12:20", "12:30"}},
		{"a descriptor", func(o *schedule.Options) { o.Cron = "@every 15m" }, time.Minute, []string{"12:15", "12:30"}},
		{"utc by default", func(o *schedule.Options) { o.Cron = "20 12 * * *" }, 0, []string{"12:20"}},
		{"in a zone", func(o *schedule.Options) {
			o.Cron, o.Location = "20 14 * * *", time.FixedZone("", 2*60*60)
		}, 0, []string{"12:20"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, o := newWorld(t, 35*time.Minute)
			if c.change != nil {
				c.change(&o)
			}
			w.run(t, o, func(context.Context) { w.start(c.lasts) })
			if diff := cmp.Diff(c.want, w.started); diff != "" {
				t.Errorf("runs started (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRunSaysThatItSkips(t *testing.T) {
	w, o := newWorld(t, 55*time.Minute)
	var told []int
	o.Skipped = func(n int) { told = append(told, n) }
	w.run(t, o, func(context.Context) { w.start(25 * time.Minute) })
	if diff := cmp.Diff([]int{2, 2}, told); diff != "" {
		t.Errorf("skipped ticks as told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"12:10", "12:40"}, w.started); diff != "" {
		t.Errorf("runs started (-want +got):\n%s", diff)
	}
	var skipped []any
	for _, e := range w.log.AllEntries() {
		if e.Level == logrus.WarnLevel {
			skipped = append(skipped, e.Data["skipped"])
		}
	}
	if diff := cmp.Diff([]any{2, 2}, skipped); diff != "" {
		t.Errorf("skipped ticks in the log (-want +got):\n%s", diff)
	}
}

func TestRunSurvivesPanics(t *testing.T) {
	w, o := newWorld(t, 25*time.Minute)
	o.RunOnStart = true
	w.run(t, o, func(context.Context) {
		w.start(0)
		panic("out of cheese")
	})
	if diff := cmp.Diff([]string{"12:00", "12:10", "12:20"}, w.started); diff != "" {
		t.Errorf("runs started (-want +got):\n%s", diff)
	}
	entries := w.log.AllEntries()
	if len(entries) != 3 {
		t.Fatalf("the log has %d entries, want 3", len(entries))
	}
	e := entries[0]
	stack, _ := e.Data["stack"].(string)
	if e.Level != logrus.ErrorLevel || e.Data["panic"] != "out of cheese" || !strings.Contains(stack, "schedule_test.go") {
		t.Errorf("log entry = %s %v, want an error with the panic and its stack", e.Level, e.Data)
	}
}

func TestRunJitter(t *testing.T) {
	const jitter = 4 * time.Minute
	w, o := newWorld(t, 12*time.Hour)
	o.Jitter = jitter
	var delays []time.Duration
	w.run(t, o, func(context.Context) { delays = append(delays, w.now.Sub(w.now.Truncate(10*time.Minute))) })
	if len(delays) < 70 {
		t.Fatalf("%d runs in 12 hours, want one in ten minutes", len(delays))
	}
	differ := false
	for _, d := range delays {
		differ = differ || d != delays[0]
		if d < 0 || d >= jitter {
			t.Errorf("run delayed by %s, want less than %s", d, jitter)
		}
	}
	if !differ {
		t.Errorf("every run is delayed by %s, want random delays", delays[0])
	}
}

func TestRunDelaysTheFirstRunNot(t *testing.T) {
	w, o := newWorld(t, time.Minute)
	o.Jitter, o.RunOnStart = time.Hour, true
	w.run(t, o, func(context.Context) { w.start(0) })
	if diff := cmp.Diff([]string{"12:00"}, w.started[:1]); diff != "" {
		t.Errorf("runs started (-want +got):\n%s", diff)
	}
}

func TestRunAfterTheClockWasSetBack(t *testing.T) {
	w, o := newWorld(t, 35*time.Minute)
	w.run(t, o, func(context.Context) {
		w.start(0)
		if len(w.started) == 1 {
			w.pass(-time.Minute)
		}
	})
	if diff := cmp.Diff([]string{"12:10", "12:20", "12:30"}, w.started); diff != "" {
		t.Errorf("runs started (-want +got):\n%s", diff)
	}
}

// Waiting for the tick before would take as long as the clock was wrong.
func TestRunAfterTheClockWasSetBackByYears(t *testing.T) {
	w, o := newWorld(t, 35*time.Minute)
	w.run(t, o, func(context.Context) {
		w.start(0)
		if len(w.started) == 1 {
			w.pass(-4 * 365 * 24 * time.Hour)
		}
	})
	if len(w.started) < 3 {
		t.Errorf("runs started = %v, want the schedule to go on", w.started)
	}
}

func TestRunReturnsAfterTheJob(t *testing.T) {
	for name, onStart := range map[string]bool{"at the start": true, "at a tick": false} {
		t.Run(name, func(t *testing.T) {
			w, o := newWorld(t, time.Hour)
			o.RunOnStart = onStart
			started, release, returned := make(chan struct{}), make(chan struct{}), make(chan struct{})
			var ended bool
			go func() {
				defer close(returned)
				w.run(t, o, func(ctx context.Context) {
					close(started)
					<-ctx.Done()
					<-release
					ended = true
				})
			}()
			<-started
			w.stop()
			select {
			case <-returned:
				t.Error("Run returned while the job was under way")
			default:
			}
			close(release)
			<-returned
			if !ended {
				t.Error("Run returned before the job had ended")
			}
		})
	}
}

func TestRunStopsWhileItWaits(t *testing.T) {
	// Real time: the next tick is far away, and only the context ends the wait.
	ctx, cancel := context.WithCancel(t.Context())
	log := logrus.New()
	log.SetOutput(io.Discard)
	ran := 0
	err := schedule.Run(ctx, schedule.Options{Timetable: schedule.Timetable{Cron: "@every 100h"}, RunOnStart: true, Log: log}, func(context.Context) {
		ran++
		cancel()
	})
	if err != nil || ran != 1 {
		t.Errorf("Run = %v after %d runs, want nil after the first", err, ran)
	}
}

func TestRunOnAnEndedContext(t *testing.T) {
	w, o := newWorld(t, time.Hour)
	o.RunOnStart = true
	w.stop()
	w.run(t, o, func(context.Context) { t.Error("the job ran after the end") })
}

func TestRunRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"* * * *":     `parse schedule "* * * *": expected exactly 5 fields`,
		"61 * * * *":  `parse schedule "61 * * * *": `,
		"@reboot":     `parse schedule "@reboot": `,
		"0 0 30 2 *":  `parse schedule "0 0 30 2 *": it never comes`,
		"every night": `parse schedule "every night": `,
	} {
		w, o := newWorld(t, time.Hour)
		o.Cron, o.RunOnStart = line, true
		err := schedule.Run(w.ctx, o, func(context.Context) { t.Errorf("Run(%q) ran the job", line) })
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Run(%q) = %v, want %s", line, err, want)
		}
	}
}

func TestRunTellsWhenTheNextIsDue(t *testing.T) {
	w, o := newWorld(t, 25*time.Minute)
	o.Jitter = time.Minute
	var due []string
	o.Next = func(tick time.Time) { due = append(due, tick.Format("15:04")) }
	w.run(t, o, func(context.Context) { w.start(0) })
	if diff := cmp.Diff([]string{"12:10", "12:20", "12:30"}, due); diff != "" {
		t.Errorf("runs due (-want +got):\n%s", diff)
	}
}

func TestRunChangesItsTimetable(t *testing.T) {
	for _, c := range []struct {
		name string
		to   schedule.Timetable
		want []string
	}{
		{"at once", schedule.Timetable{Cron: "*/15 * * * *"}, []string{"12:10", "12:15", "12:30"}},
		{"to another zone", schedule.Timetable{Cron: "25 14 * * *", Location: time.FixedZone("", 2*60*60)}, []string{"12:10", "12:25"}},
		{"not to what is none", schedule.Timetable{Cron: "0 0 30 2 *"}, []string{"12:10", "12:20", "12:30"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, o := newWorld(t, 35*time.Minute)
			changes := make(chan schedule.Timetable)
			o.Changes = changes
			sleep, sleeps := o.Sleep, 0
			o.Sleep = func(ctx context.Context, d time.Duration) error {
				if sleeps++; sleeps == 2 { // after the run of 12:10
					changes <- c.to
					<-ctx.Done()
					return ctx.Err()
				}
				return sleep(ctx, d)
			}
			w.run(t, o, func(context.Context) { w.start(0) })
			if diff := cmp.Diff(c.want, w.started); diff != "" {
				t.Errorf("runs started (-want +got):\n%s", diff)
			}
		})
	}
}

// What is changed during a run counts from its end.
func TestRunChangesItsTimetableAfterARun(t *testing.T) {
	w, o := newWorld(t, 35*time.Minute)
	changes := make(chan schedule.Timetable, 1)
	o.Changes = changes
	w.run(t, o, func(context.Context) {
		w.start(2 * time.Minute)
		if len(w.started) == 1 {
			changes <- schedule.Timetable{Cron: "*/4 * * * *"}
		}
	})
	if diff := cmp.Diff([]string{"12:10", "12:16", "12:20", "12:24", "12:28", "12:32"}, w.started); diff != "" {
		t.Errorf("runs started (-want +got):\n%s", diff)
	}
}
