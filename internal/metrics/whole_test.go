package metrics_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/report"
)

// How the last whole run ended.
var ends = []string{"sigsync_last_", "sigsync_run_duration", "sigsync_phase"}

func TestAWholeRun(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.WholeRun(ran(noon, report.ExitOK), map[string]time.Duration{"scan": 2 * time.Second, "execute": 1500 * time.Millisecond})
	says(t, "after a success", exposition(t, m), ends,
		"sigsync_last_success_timestamp_seconds 1.78696800025e+09",
		"sigsync_last_run_timestamp_seconds 1.78696800025e+09",
		"sigsync_last_run_exit_code 0",
		"sigsync_run_duration_seconds 90",
		`sigsync_phase_duration_seconds{phase="scan"} 2`,
		`sigsync_phase_duration_seconds{phase="execute"} 1.5`,
	)
	for _, code := range []int{report.ExitFailed, report.ExitUsage, report.ExitLeft, report.ExitInterrupted} {
		m.WholeRun(ran(noon.Add(time.Hour), code), map[string]time.Duration{"scan": time.Second})
		says(t, "after no success", exposition(t, m), ends,
			"sigsync_last_success_timestamp_seconds 1.78696800025e+09",
			"sigsync_last_run_timestamp_seconds 1.78697160025e+09",
			"sigsync_last_run_exit_code "+strconv.Itoa(code),
			"sigsync_run_duration_seconds 90",
			`sigsync_phase_duration_seconds{phase="scan"} 1`,
		)
	}
}

func TestThereIsNoSuccessBeforeTheFirst(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.WholeRun(ran(noon, report.ExitLeft), nil)
	says(t, "after no success", exposition(t, m), []string{"sigsync_last_"},
		"sigsync_last_run_timestamp_seconds 1.78696800025e+09", "sigsync_last_run_exit_code 3")
}

func TestSubjectsAreCountedAsTheRunLeftThem(t *testing.T) {
	m := metrics.New(metrics.Options{})
	p := pair("a", 5,
		"missing copied signature", "missing failed signature", "missing held attestation", "missing planned sbom",
		"partial repaired signature", "stale updated signature", "stale updated sbom", "diverged merged other", "diverged none signature",
		"unsigned none signature", "orphan none signature", "suspect none signature", "unknown none signature",
	)
	m.WholeRun(ran(noon, report.ExitLeft, p), nil)
	says(t, "subjects", exposition(t, m), []string{"sigsync_subjects", "sigsync_pair_error"}, append(states("a",
		"in-sync 9", "ahead 1", "missing 3", "diverged 1", "unsigned 1", "orphan 1", "suspect 1", "unknown 1"),
		`sigsync_pair_error{pair="a"} 0`)...)
	if got := p.Totals.States[0]; got != 5 {
		t.Errorf("the report has %d in sync now, want its own 5", got)
	}
}

// What was so before must not be taken for what is.
func TestNothingIsKnownOfAPairThatCouldNotBeLookedAt(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.WholeRun(ran(noon, report.ExitOK, pair("a", 5), pair("b", 3)), nil)
	m.WholeRun(ran(noon, report.ExitFailed, broken("a"), pair("b", 4)), nil)
	says(t, "subjects", exposition(t, m), []string{"sigsync_subjects", "sigsync_pair_error"}, slices.Concat(
		states("a", "* NaN"), states("b", "in-sync 4"), []string{`sigsync_pair_error{pair="a"} 1`, `sigsync_pair_error{pair="b"} 0`})...)
	m.WholeRun(ran(noon, report.ExitOK, pair("a", 6), pair("b", 4)), nil)
	says(t, "subjects", exposition(t, m), []string{"sigsync_subjects", "sigsync_pair_error"}, slices.Concat(
		states("a", "in-sync 6"), states("b", "in-sync 4"), []string{`sigsync_pair_error{pair="a"} 0`, `sigsync_pair_error{pair="b"} 0`})...)
}

func TestAPairThatLeftTheConfigurationVanishes(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.WholeRun(ran(noon, report.ExitOK, pair("a", 5, "missing copied signature"), pair("b", 3)), nil)
	m.WholeRun(ran(noon, report.ExitOK, pair("b", 3)), nil)
	text := exposition(t, m)
	says(t, "subjects", text, []string{"sigsync_subjects"}, states("b", "in-sync 3")...)
	if got := samples(text, `sigsync_actions_total{family="signature",outcome="copied",pair="a"}`, `sigsync_pair_error{pair="a"}`); got != nil {
		t.Errorf("after the pair is gone there is %q", got)
	}
}

func TestARunThatWasNotMade(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.RunNotMade(noon, report.ExitUsage)
	says(t, "before any run", exposition(t, m), append(ends, "sigsync_subjects", "sigsync_runs"),
		"sigsync_last_run_timestamp_seconds 1.78696800025e+09", "sigsync_last_run_exit_code 2",
		`sigsync_runs_total{exit_code="2",trigger="schedule"} 1`)
	m.WholeRun(ran(noon, report.ExitOK, pair("a", 5)), map[string]time.Duration{"scan": time.Second})
	m.RunNotMade(noon.Add(time.Hour), report.ExitFailed)
	says(t, "after a run", exposition(t, m), append(ends, "sigsync_subjects", "sigsync_pair_error"), append(states("a", "* NaN"),
		"sigsync_last_success_timestamp_seconds 1.78696800025e+09",
		"sigsync_last_run_timestamp_seconds 1.78697160025e+09",
		"sigsync_last_run_exit_code 1",
		"sigsync_run_duration_seconds 90",
		`sigsync_phase_duration_seconds{phase="scan"} 1`,
		`sigsync_pair_error{pair="a"} 1`,
	)...)
	m.RunNotMade(noon.Add(time.Hour), report.ExitFailed, "b")
	says(t, "with the names of pairs", exposition(t, m), []string{"sigsync_subjects", "sigsync_pair_error"},
		append(states("b", "* NaN"), `sigsync_pair_error{pair="b"} 1`)...)
}

// An event must not hide that whole runs fail.
func TestARunForEventsSaysNothingOfTheWhole(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.WholeRun(ran(noon, report.ExitFailed, broken("a"), pair("b", 1, "missing failed signature")), map[string]time.Duration{"scan": time.Second})
	whole := append(ends, "sigsync_subjects", "sigsync_pair_error")
	before := samples(exposition(t, m), whole...)
	m.EventRun(ran(noon.Add(time.Hour), report.ExitOK, pair("a", 9, "missing copied signature", "missing copied signature"), pair("b", 9)))
	text := exposition(t, m)
	says(t, "the whole", text, whole, before...)
	says(t, "runs", text, []string{"sigsync_runs_total", `sigsync_actions_total{family="signature",outcome="copied"`},
		`sigsync_runs_total{exit_code="0",trigger="event"} 1`,
		`sigsync_runs_total{exit_code="1",trigger="schedule"} 1`,
		`sigsync_actions_total{family="signature",outcome="copied",pair="a"} 2`,
		`sigsync_actions_total{family="signature",outcome="copied",pair="b"} 0`,
	)
}

func TestActionsAddUp(t *testing.T) {
	m := metrics.New(metrics.Options{})
	r := ran(noon, report.ExitLeft, pair("a", 5, "missing copied signature", "missing failed attestation", "unsigned none signature"))
	m.WholeRun(r, nil)
	m.WholeRun(r, nil)
	text := exposition(t, m)
	says(t, "actions", text, []string{`sigsync_actions_total{family="signature"`},
		`sigsync_actions_total{family="signature",outcome="copied",pair="a"} 2`,
		`sigsync_actions_total{family="signature",outcome="failed",pair="a"} 0`,
		`sigsync_actions_total{family="signature",outcome="held",pair="a"} 0`,
		`sigsync_actions_total{family="signature",outcome="merged",pair="a"} 0`,
		`sigsync_actions_total{family="signature",outcome="planned",pair="a"} 0`,
		`sigsync_actions_total{family="signature",outcome="repaired",pair="a"} 0`,
		`sigsync_actions_total{family="signature",outcome="updated",pair="a"} 0`,
	)
	says(t, "failed", text, []string{`sigsync_actions_total{family="attestation",outcome="failed"`},
		`sigsync_actions_total{family="attestation",outcome="failed",pair="a"} 2`)
}
