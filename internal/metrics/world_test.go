package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// noon is when runs end.
var noon = time.Date(2026, 8, 17, 12, 0, 0, 250e6, time.UTC)

// ran is a run of 90 seconds that ended at a time with an exit code.
func ran(at time.Time, exitCode int, pairs ...report.Pair) *report.Report {
	r := &report.Report{Run: report.Run{Started: at.Add(-90 * time.Second), Finished: at, ExitCode: exitCode}, Totals: report.NewTotals(), Pairs: pairs}
	for _, p := range pairs {
		r.Totals.Add(p.Totals)
	}
	return r
}

// pair is a pair with that many relations in sync, and a finding for each
// "STATE OUTCOME FAMILY".
func pair(name string, inSync int, findings ...string) report.Pair {
	p := report.Pair{Name: name, Totals: report.NewTotals()}
	p.Totals.States[plan.InSync] = inSync
	for _, text := range findings {
		words := strings.Fields(text)
		state, err := plan.ParseState(words[0])
		if err != nil {
			panic(err)
		}
		family, err := cosign.ParseFamily(words[2])
		if err != nil {
			panic(err)
		}
		p.Totals.States[state]++
		p.Findings = append(p.Findings, report.Finding{Image: "team/app", State: state, Outcome: report.Outcome(words[1]), Family: family})
	}
	return p
}

// broken is a pair that could not be looked at.
func broken(name string) report.Pair {
	return report.Pair{Name: name, Error: "source dev: does not exist", Totals: report.NewTotals(), Findings: []report.Finding{}}
}

// exposition is what the metrics say in Prometheus's text form.
func exposition(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("GET /metrics = %d\n%s", w.Code, w.Body)
	}
	return w.Body.String()
}

// samples are the lines of an exposition that begin with one of these, in order.
func samples(text string, names ...string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(line, name) }) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	slices.Sort(found)
	return found
}

// says checks the samples with these names.
func says(t *testing.T, what, text string, names []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, samples(text, names...)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// states are the samples of a pair: 0 but for those named "STATE COUNT".
func states(pair string, counts ...string) []string {
	var lines []string
	for _, s := range plan.States() {
		value := "0"
		for _, c := range counts {
			if state, count, _ := strings.Cut(c, " "); state == s.String() || state == "*" {
				value = count
			}
		}
		lines = append(lines, `sigsync_subjects{pair="`+pair+`",state="`+s.String()+`"} `+value)
	}
	return lines
}

// everything is metrics of which each has a sample.
func everything() *metrics.Metrics {
	m := metrics.New(metrics.Options{Version: "v1.2.3", Serving: true})
	m.Reloaded(true, noon)
	m.WholeRun(ran(noon, report.ExitOK, pair("dev-to-prod", 3, "missing copied signature")), map[string]time.Duration{"scan": time.Second})
	m.EventRun(ran(noon, report.ExitOK, pair("dev-to-prod", 0, "missing copied attestation")))
	m.Request("main", "aql", http.StatusOK, 300*time.Millisecond)
	m.Throttled(time.Second)
	m.WebhookEvent("accepted")
	m.Skipped(2)
	m.Notified("slack", "sent")
	return m
}
