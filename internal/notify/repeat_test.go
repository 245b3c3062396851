package notify_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// worse is a drift with one more that is missing.
func worse() notify.Outcome {
	o := drift()
	o.Report.Pairs[1].Findings = append(o.Report.Pairs[1].Findings, report.Finding{Image: "team/new", State: plan.Missing})
	return o
}

// other is a drift of as many, one of them in another state.
func other() notify.Outcome {
	o := drift()
	o.Report.Pairs[1].Findings[1].State = plan.Unknown
	return o
}

// broke is a failure for that reason.
func broke(why string) notify.Outcome {
	o := failure()
	o.Report.Pairs[0].Error = why
	return o
}

// elsewhere is a failure of the other pair.
func elsewhere() notify.Outcome {
	o := broke("x")
	o.Report.Pairs[0].Error, o.Report.Pairs[1].Error = "", "x"
	return o
}

func TestRepeat(t *testing.T) {
	type run struct {
		after time.Duration
		o     notify.Outcome
		want  string // the result; "" is none
	}
	interrupted := good()
	interrupted.Report.Run.ExitCode = report.ExitInterrupted
	unmade := none()
	unmade.Error = "another reason"
	for name, c := range map[string]struct {
		repeat time.Duration
		on     []notify.Event
		runs   []run
	}{
		"no repeat": {0, everything(), []run{{0, drift(), "sent"}, {0, drift(), "sent"}}},
		"the same": {time.Hour, everything(), []run{
			{0, drift(), "sent"}, {15 * time.Minute, drift(), "repeated"}, {44 * time.Minute, drift(), "repeated"}, {time.Minute, drift(), "sent"}, {time.Minute, drift(), "repeated"},
		}},
		"more of it":      {time.Hour, everything(), []run{{0, drift(), "sent"}, {0, worse(), "sent"}, {0, worse(), "repeated"}, {0, drift(), "sent"}}},
		"another state":   {time.Hour, everything(), []run{{0, drift(), "sent"}, {0, other(), "sent"}, {0, other(), "repeated"}}},
		"another event":   {time.Hour, everything(), []run{{0, drift(), "sent"}, {0, failure(), "sent"}, {0, drift(), "sent"}}},
		"another reason":  {time.Hour, everything(), []run{{0, broke("refused"), "sent"}, {0, broke("refused"), "repeated"}, {0, broke("gone"), "sent"}}},
		"other numbers":   {time.Hour, everything(), []run{{0, broke("read 10.0.0.1:4711: after 1.5s"), "sent"}, {0, broke("read 10.0.0.1:815: after 20s"), "repeated"}}},
		"another pair":    {time.Hour, everything(), []run{{0, broke("x"), "sent"}, {0, elsewhere(), "sent"}}},
		"no report":       {time.Hour, everything(), []run{{0, none(), "sent"}, {0, none(), "repeated"}, {0, unmade, "sent"}}},
		"stopped":         {time.Hour, everything(), []run{{0, stopped(), "sent"}, {0, stopped(), "repeated"}}},
		"good in between": {time.Hour, everything(), []run{{0, drift(), "sent"}, {0, good(), ""}, {0, drift(), "sent"}}},
		"recovered":       {time.Hour, everything(), []run{{0, drift(), "sent"}, {0, recovery(), "sent"}, {0, drift(), "sent"}, {0, recovery(), "sent"}}},
		"recovered unheard": {time.Hour, []notify.Event{notify.Drift}, []run{
			{0, drift(), "sent"}, {0, recovery(), ""}, {0, drift(), "sent"}, {0, failure(), ""}, {0, drift(), "repeated"},
		}},
		"interrupted": {time.Hour, everything(), []run{{0, drift(), "sent"}, {0, interrupted, ""}, {0, drift(), "repeated"}}},
	} {
		t.Run(name, func(t *testing.T) {
			in := newInbox(t)
			w := newWorld(t, notify.Target{URL: in.URL, Form: notify.JSON, On: c.on, Repeat: c.repeat})
			for i, r := range c.runs {
				w.now = w.now.Add(r.after)
				w.results = nil
				w.Tell(t.Context(), r.o)
				var want []string
				if r.want != "" {
					want = []string{"json " + r.want}
				}
				if cmp.Diff(want, w.results) != "" || (r.want == "sent") != (len(in.sent()) == 1) {
					t.Errorf("run %d: results = %v, want %v", i, w.results, want)
				}
			}
		})
	}
}

func TestWhatWasNotTakenIsToldAgain(t *testing.T) {
	in := newInbox(t)
	in.answer = func(w http.ResponseWriter, n int) {
		if n == 1 {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
	w := newWorld(t, notify.Target{URL: in.URL, Form: notify.JSON, On: everything(), Repeat: time.Hour})
	for range 3 {
		w.Tell(t.Context(), drift())
	}
	if got, want := w.results, []string{"json failed", "json sent", "json repeated"}; cmp.Diff(got, want) != "" {
		t.Errorf("results = %v, want %v", got, want)
	}
}
