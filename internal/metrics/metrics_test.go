package metrics_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/report"
)

// contract is every metric with its type and labels. Alerts and dashboards stand
// on it, people's own too: one is added, none is renamed.
var contract = []string{
	"sigsync_actions_total counter family,outcome,pair",
	"sigsync_build_info gauge goarch,goos,goversion,version",
	"sigsync_config_last_reload_success_timestamp_seconds gauge ",
	"sigsync_config_last_reload_successful gauge ",
	"sigsync_http_request_duration_seconds histogram operation,server",
	"sigsync_http_requests_total counter code,operation,server",
	"sigsync_last_run_exit_code gauge ",
	"sigsync_last_run_timestamp_seconds gauge ",
	"sigsync_last_success_timestamp_seconds gauge ",
	"sigsync_notifications_total counter form,result",
	"sigsync_pair_error gauge pair",
	"sigsync_phase_duration_seconds gauge phase",
	"sigsync_run_duration_seconds gauge ",
	"sigsync_runs_skipped_total counter ",
	"sigsync_runs_total counter exit_code,trigger",
	"sigsync_subjects gauge pair,state",
	"sigsync_throttled_seconds_total counter ",
	"sigsync_webhook_events_total counter result",
}

// ofServe are those that only a process has that goes on.
var ofServe = []string{
	"sigsync_config_last_reload_success_timestamp_seconds", "sigsync_config_last_reload_successful",
	"sigsync_runs_skipped_total", "sigsync_webhook_events_total",
}

func TestEveryMetricHasItsNameTypeAndLabels(t *testing.T) {
	families := parsed(t, exposition(t, everything()))
	var got []string
	for _, name := range slices.Sorted(maps.Keys(families)) {
		if strings.HasPrefix(name, "sigsync_") {
			got = append(got, fmt.Sprintf("%s %s %s", name, strings.ToLower(families[name].GetType().String()), labelsOf(families[name])))
		}
	}
	if diff := cmp.Diff(contract, got); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
	for name, family := range families {
		if help := family.GetHelp(); strings.HasPrefix(name, "sigsync_") && (len(help) < 20 || !strings.HasSuffix(help, ".") || help[0] > 'Z') {
			t.Errorf("help of %s = %q, want a sentence", name, help)
		}
	}
}

// parsed reads an exposition as Prometheus does.
func parsed(t *testing.T, text string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("parse what is exposed: %v\n%s", err, text)
	}
	return families
}

func labelsOf(family *dto.MetricFamily) string {
	labels := map[string]bool{}
	for _, metric := range family.GetMetric() {
		for _, l := range metric.GetLabel() {
			labels[l.GetName()] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(labels)), ",")
}

func TestMetricsAreNamedAsIsUsual(t *testing.T) {
	problems, err := promlint.New(strings.NewReader(exposition(t, everything()))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "sigsync_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

func TestWhatIsExposedBeforeTheFirstRun(t *testing.T) {
	for serving, want := range map[bool][]string{
		false: {"sigsync_build_info", "sigsync_throttled_seconds_total"},
		true:  {"sigsync_build_info", "sigsync_runs_skipped_total", "sigsync_runs_total", "sigsync_throttled_seconds_total"},
	} {
		families := parsed(t, exposition(t, metrics.New(metrics.Options{Serving: serving})))
		got := slices.DeleteFunc(slices.Sorted(maps.Keys(families)), func(name string) bool { return !strings.HasPrefix(name, "sigsync_") })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("metrics before the first run, serving %t (-want +got):\n%s", serving, diff)
		}
		if _, ok := families["go_goroutines"]; ok != serving {
			t.Errorf("there is go_goroutines = %t, want %t", ok, serving)
		}
		if _, ok := families["process_start_time_seconds"]; ok != serving {
			t.Errorf("there is process_start_time_seconds = %t, want %t", ok, serving)
		}
	}
}

func TestARunThatEndsHasNothingOfServe(t *testing.T) {
	m := metrics.New(metrics.Options{})
	m.Reloaded(true, noon)
	m.WebhookEvent("accepted")
	m.Skipped(1)
	if got := samples(exposition(t, m), ofServe...); got != nil {
		t.Errorf("a run that ends exposes %q", got)
	}
}

func TestTheHandlerSpeaksOpenMetrics(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", "application/openmetrics-text;version=1.0.0")
	w := httptest.NewRecorder()
	everything().Handler().ServeHTTP(w, r)
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/openmetrics-text") || !strings.HasSuffix(w.Body.String(), "# EOF\n") {
		t.Errorf("Content-Type = %s, want OpenMetrics", got)
	}
}

func TestBuildInfo(t *testing.T) {
	got := samples(exposition(t, everything()), "sigsync_build_info")
	if len(got) != 1 || !strings.Contains(got[0], `version="v1.2.3"} 1`) || !strings.Contains(got[0], `goversion="go1.`) {
		t.Errorf("build info = %q, want the version and Go's", got)
	}
}

func TestWhatServeCounts(t *testing.T) {
	m := everything()
	m.Skipped(-3)
	m.WebhookEvent("accepted")
	m.Notified("json", "failed")
	m.Reloaded(false, noon.Add(time.Hour))
	text := exposition(t, m)
	says(t, "what serve counts", text,
		[]string{"sigsync_webhook", "sigsync_runs_skipped", "sigsync_config", "sigsync_notifications"},
		`sigsync_webhook_events_total{result="accepted"} 2`,
		`sigsync_runs_skipped_total 2`,
		`sigsync_config_last_reload_successful 0`,
		`sigsync_config_last_reload_success_timestamp_seconds 1.78696800025e+09`,
		`sigsync_notifications_total{form="json",result="failed"} 1`,
		`sigsync_notifications_total{form="slack",result="sent"} 1`,
	)
}

func TestRequests(t *testing.T) {
	m := metrics.New(metrics.Options{})
	for _, status := range []int{200, 200, 404, 0, 99, 100, 599, 600, 999, -1} {
		m.Request("main", "storage", status, time.Second/64)
	}
	m.Request("main", "", 200, 400*time.Second)
	m.Throttled(1500 * time.Millisecond)
	m.Throttled(-time.Second) // a clock that was set back
	text := exposition(t, m)
	says(t, "requests", text, []string{"sigsync_http_requests_total", "sigsync_throttled"},
		`sigsync_http_requests_total{code="200",operation="storage",server="main"} 2`,
		`sigsync_http_requests_total{code="404",operation="storage",server="main"} 1`,
		`sigsync_http_requests_total{code="100",operation="storage",server="main"} 1`,
		`sigsync_http_requests_total{code="599",operation="storage",server="main"} 1`,
		`sigsync_http_requests_total{code="error",operation="storage",server="main"} 5`,
		`sigsync_http_requests_total{code="200",operation="other",server="main"} 1`,
		`sigsync_throttled_seconds_total 1.5`,
	)
	says(t, "durations", text, []string{`sigsync_http_request_duration_seconds_bucket{operation="storage",server="main",le="0.0`, "sigsync_http_request_duration_seconds_sum"},
		`sigsync_http_request_duration_seconds_bucket{operation="storage",server="main",le="0.01"} 0`,
		`sigsync_http_request_duration_seconds_bucket{operation="storage",server="main",le="0.025"} 10`,
		`sigsync_http_request_duration_seconds_bucket{operation="storage",server="main",le="0.05"} 10`,
		`sigsync_http_request_duration_seconds_sum{operation="other",server="main"} 400`,
		`sigsync_http_request_duration_seconds_sum{operation="storage",server="main"} 0.15625`,
	)
}

// Whatever comes at the same time, what is read is one whole run's.
func TestMetricsAreSafeForConcurrentUse(t *testing.T) {
	m := metrics.New(metrics.Options{Serving: true})
	folder := t.TempDir()
	const rounds = 30
	var all sync.WaitGroup
	for i, do := range []func(n int){
		// A run of n pairs, which all have n missing, ends with n.
		func(n int) { m.WholeRun(ran(noon, n%7, crowd(n%7)...), map[string]time.Duration{"scan": time.Second}) },
		func(int) { m.EventRun(ran(noon, report.ExitOK, pair("p0", 0, "missing copied signature"))) },
		func(int) { m.Request("main", "aql", 200, time.Second); m.Throttled(time.Second) },
		func(int) {
			m.WebhookEvent("accepted")
			m.Skipped(1)
			m.Reloaded(true, noon)
			m.Notified("json", "sent")
		},
		func(int) {
			if err := m.WriteTextfile(folder + "/a.prom"); err != nil {
				t.Errorf("WriteTextfile: %v", err)
			}
		},
	} {
		all.Go(func() {
			for n := range rounds {
				do(n + i)
			}
		})
	}
	for range rounds {
		families := parsed(t, exposition(t, m))
		for _, metric := range families["sigsync_last_run_exit_code"].GetMetric() {
			code := int(metric.GetGauge().GetValue())
			if got := len(families["sigsync_pair_error"].GetMetric()); got != code {
				t.Fatalf("%d pairs of a run that has %d", got, code)
			}
		}
	}
	all.Wait()
	says(t, "actions", exposition(t, m), []string{`sigsync_throttled`}, fmt.Sprintf("sigsync_throttled_seconds_total %d", rounds))
}

// Runs that end at the same time all leave what they say.
func TestNoSuccessIsLost(t *testing.T) {
	for range 300 {
		m := metrics.New(metrics.Options{})
		var all sync.WaitGroup
		ready := make(chan struct{})
		for code := range 4 {
			all.Go(func() {
				<-ready
				m.WholeRun(ran(noon, code), nil)
			})
		}
		close(ready)
		all.Wait()
		if got := samples(exposition(t, m), success); len(got) != 1 {
			t.Fatal("the success of one of the runs is lost")
		}
	}
}

func crowd(n int) (pairs []report.Pair) {
	for i := range n {
		pairs = append(pairs, pair(fmt.Sprintf("p%d", i), 0, "missing failed signature"))
	}
	return pairs
}
