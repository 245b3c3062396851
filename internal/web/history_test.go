package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
)

// runs are the rows of the history.
func (d document) runs() (rows []string) {
	for _, row := range d.section("runs").one("tbody").all("tr") {
		rows = append(rows, row.text())
	}
	return rows
}

func TestTheHistoryOfRuns(t *testing.T) {
	w := newWorld(t)
	end := func(trigger web.Trigger, minutes int, r *report.Report, err error, images ...string) {
		w.history.Began(trigger, after(minutes), images...)(r, err, after(minutes).Add(62*time.Second))
	}
	interrupted, stopped := made(), made()
	interrupted.Run.Interrupted, interrupted.Run.ExitCode = true, report.ExitInterrupted
	stopped.Run.Stopped = &report.Stop{By: report.ByMaxCopies, Reason: "limits.max_copies is 5"}
	stopped.Run.ExitCode = report.ExitLeft
	end(web.AtStart, 0, made(found("1", plan.Missing, report.Copied, ""), found("2", plan.Partial, report.Repaired, "")), nil)
	end(web.BySchedule, 15, made(found("1", plan.Missing, report.Held, "waits"), found("2", plan.Missing, report.Failed, "403: no"),
		found("3", plan.Missing, report.Failed, "403: no"), found("4", plan.Unsigned, report.None, "not signed")), nil)
	end(web.ByEvent, 16, made(found("1", plan.Missing, report.Copied, "")), nil, "team/app", "team/web")
	end(web.BySchedule, 30, joined(broken("typo", "not\nthere")), nil)
	end(web.BySchedule, 31, nil, errors.New("no such file"))
	end(web.BySchedule, 32, interrupted, nil)
	end(web.BySchedule, 33, stopped, errors.New("it was not written"))
	if diff := cmp.Diff([]string{
		"2026-01-02 12:33:00 UTC schedule 1 min 2 s 3 stopped by a limit 0 0 0 it was not written limits.max_copies is 5",
		"2026-01-02 12:32:00 UTC schedule 1 min 2 s 130 interrupted 0 0 0 –",
		"2026-01-02 12:31:00 UTC schedule 1 min 2 s not done – – – no such file",
		"2026-01-02 12:30:00 UTC schedule 1 min 2 s 1 work not done 0 0 0 typo: not; there",
		"2026-01-02 12:16:00 UTC event: team/app, team/web 1 min 2 s 0 nothing left 1 0 0 –",
		"2026-01-02 12:15:00 UTC schedule 1 min 2 s 3 something left 0 2 3 403: no waits",
		"2026-01-02 12:00:00 UTC start 1 min 2 s 0 nothing left 2 0 0 –",
	}, w.page().runs()); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	w.page().section("runs").says("The last 7 runs since the program started, the newest first")
}

// A state that is none to mend may count as left all the same.
func TestWhatIsInSyncMayCountAsLeft(t *testing.T) {
	r := made()
	r.Run.FailOn = []plan.State{plan.InSync}
	r.Totals.States[plan.InSync] = 7
	r.Run.ExitCode = r.ExitCode()
	w := newWorld(t)
	w.ran(web.AtStart, r, nil)
	w.page().section("verdict").says("7 findings need attention")
}

func TestTheHistoryIsBounded(t *testing.T) {
	w := newWorld(t)
	for i := range intake.Runs + 5 {
		w.history.Began(web.ByEvent, after(i))(nil, fmt.Errorf("run %d", i), after(i+1))
	}
	rows := w.page().runs()
	if len(rows) != intake.Runs || !strings.HasSuffix(rows[0], " run 104") || !strings.HasSuffix(rows[len(rows)-1], " run 5") {
		t.Errorf("%d runs from %q to %q, want the last %d", len(rows), rows[0], rows[len(rows)-1], intake.Runs)
	}
}

// A storm of events leaves what is known of the schedule's runs.
func TestEventsDoNotPushOutWholeRuns(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		w.history.Began(web.BySchedule, after(i))(made(), nil, after(i))
	}
	for i := range 500 {
		w.history.Began(web.ByEvent, after(100+i), "team/app")(made(), nil, after(100+i))
	}
	whole, events := 0, 0
	rows := w.page().runs()
	for _, row := range rows {
		if strings.Contains(row, "schedule") {
			whole++
		} else {
			events++
		}
	}
	if len(rows) != intake.Runs || whole < 50 || !strings.Contains(rows[0], after(599).Format("15:04")) {
		t.Errorf("%d runs, %d of the schedule and %d for events, want half of them the schedule's", len(rows), whole, events)
	}
}

func TestARunIsBounded(t *testing.T) {
	var images []string
	var failed []report.Finding
	for i := range 1000 {
		images = append(images, fmt.Sprintf("team/%d", i))
		failed = append(failed, found(fmt.Sprint(i), plan.Missing, report.Failed, fmt.Sprintf("reason %d.", i)))
	}
	w := newWorld(t)
	ended := w.history.Began(web.ByEvent, noon, images...)
	w.page().section("now").says("team/0, team/1,", "team/9 and 990 more")
	ended(made(failed...), nil, after(1))
	w.page().section("runs").says("event: team/0, team/1,", "team/9 and 990 more", "reason 0. reason 1. reason 2. reason 3. and others")
}

func TestRunsUnderWay(t *testing.T) {
	w := newWorld(t)
	whole := w.history.Began(web.BySchedule, after(58))
	event := w.history.Began(web.ByEvent, after(59), "team/app")
	w.page().section("now").says("under way run by the schedule since 2026-01-02 12:58:00 UTC (2 min ago)",
		"under way run for events since 2026-01-02 12:59:00 UTC (1 min ago): team/app")
	whole(made(), nil, after(60))
	if got := w.page().section("now").text(); strings.Contains(got, "schedule since") || !strings.Contains(got, "for events since") {
		t.Errorf("under way: %q, want the run for events alone", got)
	}
	event(nil, nil, after(60))
	w.page().section("now").says("No run is under way.")
}

// So that one that is deferred may say that the run panicked.
func TestARunEndsOnce(t *testing.T) {
	w := newWorld(t)
	ended := w.history.Began(web.BySchedule, noon)
	ended(made(), nil, after(1))
	ended(nil, errors.New("it panicked"), after(2))
	if got := w.page().runs(); len(got) != 1 || !strings.Contains(got[0], "nothing left") {
		t.Errorf("runs = %q, want the first end alone", got)
	}
}

// The report goes on to be written elsewhere, as it is.
func TestWhatIsHandedInIsNotChanged(t *testing.T) {
	w := newWorld(t)
	images, r := []string{"a\x1b"}, made(found("1.0\x1b", plan.Missing, report.Failed, "no"))
	before := encoded(t, r)
	w.history.Began(web.ByEvent, noon, images...)(r, nil, after(1))
	w.ran(web.AtStart, r, nil)
	if got := encoded(t, r); images[0] != "a\x1b" || got != before {
		t.Errorf("images = %q, report (-before +after):\n%s", images, cmp.Diff(before, got))
	}
}

// A clock that was set back makes no run of less than no time.
func TestAClockThatIsSetBack(t *testing.T) {
	w := newWorld(t)
	w.history.Began(web.BySchedule, noon)(made(), nil, after(-1))
	if got := w.page().runs(); !strings.Contains(got[0], " 0 ms ") {
		t.Errorf("runs = %q, want one of 0 ms", got)
	}
}

func TestManyReadAndWriteAtOnce(t *testing.T) {
	w := newWorld(t)
	h := web.Handler(w.options)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 25 {
				trigger := []web.Trigger{web.AtStart, web.BySchedule, web.ByEvent}[(i+j)%3]
				ended := w.history.Began(trigger, after(j), "team/app")
				w.history.Next(after(j))
				ended(made(many(j, plan.Missing)...), nil, after(j+1))
			}
		})
		all.Go(func() {
			for j := range 25 {
				path := []string{"/", reportPath}[(i+j)%2]
				recorded := httptest.NewRecorder()
				h.ServeHTTP(recorded, httptest.NewRequest(http.MethodGet, path, nil))
				if recorded.Code != http.StatusOK && path == "/" {
					t.Errorf("GET %s = %d", path, recorded.Code)
				}
			}
		})
	}
	all.Wait()
	if got := len(w.page().runs()); got != intake.Runs {
		t.Errorf("%d runs, want %d", got, intake.Runs)
	}
	w.page().section("now").says("No run is under way.")
}
