package metrics

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/report"
)

// EventRun takes in a run for events. It says nothing of the whole: that it went
// well must not hide that whole runs fail.
func (m *Metrics) EventRun(r *report.Report) { m.work.did(r, byEvent) }

// EventRunNotMade counts a run for events that came to no report.
func (m *Metrics) EventRunNotMade() { m.work.ended(byEvent, report.ExitFailed) }

// What a run is for, in the labels.
const (
	bySchedule = "schedule"
	byEvent    = "event"
)

// work counts runs, and what they did.
type work struct{ runs, actions *prometheus.CounterVec }

func newWork(serving bool) work {
	w := work{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sigsync_runs_total",
			Help: "Runs that ended, by what they were for and by their exit code.",
		}, []string{"trigger", "exit_code"}),
		actions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sigsync_actions_total",
			Help: "Attachments that a run did something about, or was to, by what became of them.",
		}, []string{"pair", "family", "outcome"}),
	}
	if serving {
		w.expectRuns()
	}
	return w
}

// expectRuns has every counter of runs begin at 0. One that begins at 1 shows no
// increase.
func (w work) expectRuns() {
	for _, trigger := range []string{bySchedule, byEvent} {
		for _, code := range []int{report.ExitOK, report.ExitFailed, report.ExitUsage, report.ExitLeft, report.ExitInterrupted} {
			w.runs.WithLabelValues(trigger, strconv.Itoa(code))
		}
	}
}

func (w work) collectors() []prometheus.Collector { return []prometheus.Collector{w.runs, w.actions} }

// expect has every counter of the report's pairs begin at 0. At a Pushgateway
// they take the place of those that the run before left there.
func (w work) expect(r *report.Report) {
	for _, p := range r.Pairs {
		for _, f := range cosign.Families() {
			for _, o := range report.Outcomes() {
				if o != report.None {
					w.actions.WithLabelValues(p.Name, f.String(), string(o))
				}
			}
		}
	}
}

// forget drops the counters of pairs that are no more.
func (w work) forget(pairs []string) {
	for _, name := range pairs {
		w.actions.DeletePartialMatch(prometheus.Labels{"pair": name})
	}
}

// did counts a run and what it did.
func (w work) did(r *report.Report, trigger string) {
	for _, p := range r.Pairs {
		for _, f := range p.Findings {
			if f.Outcome != report.None {
				w.actions.WithLabelValues(p.Name, f.Family.String(), string(f.Outcome)).Inc()
			}
		}
	}
	w.ended(trigger, r.Run.ExitCode)
}

func (w work) ended(trigger string, exitCode int) {
	w.runs.WithLabelValues(trigger, strconv.Itoa(exitCode)).Inc()
}
