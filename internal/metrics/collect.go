package metrics

import (
	"math"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sigsync/sigsync/internal/plan"
)

const lastSuccessName = "sigsync_last_success_timestamp_seconds"

func lastSuccessDesc() *prometheus.Desc {
	return prometheus.NewDesc(lastSuccessName,
		"When the last whole run ended that exited with 0, in seconds since 1970; absent until one has.", nil, nil)
}

func lastRunDesc() *prometheus.Desc {
	return prometheus.NewDesc("sigsync_last_run_timestamp_seconds",
		"When the last whole run ended, however it did, in seconds since 1970.", nil, nil)
}

func exitCodeDesc() *prometheus.Desc {
	return prometheus.NewDesc("sigsync_last_run_exit_code",
		"Exit code of the last whole run: 0 all is well, 1 work not done, 2 wrong configuration, 3 states left, 130 interrupted.", nil, nil)
}

func durationDesc() *prometheus.Desc {
	return prometheus.NewDesc("sigsync_run_duration_seconds", "How long the last whole run took.", nil, nil)
}

func phaseDesc() *prometheus.Desc {
	return prometheus.NewDesc("sigsync_phase_duration_seconds",
		"How long each phase of the last whole run took, of all pairs together.", []string{"phase"}, nil)
}

func subjectsDesc() *prometheus.Desc {
	return prometheus.NewDesc("sigsync_subjects",
		"Subjects and their attachments by the state in which the last whole run left them; NaN where the pair could not be looked at.",
		[]string{"pair", "state"}, nil)
}

func pairErrorDesc() *prometheus.Desc {
	return prometheus.NewDesc("sigsync_pair_error",
		"Whether the last whole run could not look at the pair: 1 where it could not, 0 where it could.", []string{"pair"}, nil)
}

// Describe implements prometheus.Collector.
func (w *wholeRuns) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		lastSuccessDesc(), lastRunDesc(), exitCodeDesc(), durationDesc(), phaseDesc(), subjectsDesc(), pairErrorDesc(),
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector. Before the first run there is nothing.
func (w *wholeRuns) Collect(out chan<- prometheus.Metric) {
	last := w.last.Load()
	if last == nil {
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	if !last.succeeded.IsZero() {
		gauge(lastSuccessDesc(), unix(last.succeeded))
	}
	gauge(lastRunDesc(), unix(last.ended))
	gauge(exitCodeDesc(), float64(last.exitCode))
	if last.made {
		gauge(durationDesc(), last.took.Seconds())
	}
	for phase, took := range last.phases {
		gauge(phaseDesc(), took.Seconds(), phase)
	}
	for _, p := range last.pairs {
		p.collect(gauge)
	}
}

func (p pair) collect(gauge func(d *prometheus.Desc, value float64, labels ...string)) {
	failed := 1.0
	if p.known {
		failed = 0
	}
	gauge(pairErrorDesc(), failed, p.name)
	for _, s := range plan.States() {
		count := math.NaN() // what was found before says nothing of now
		if p.known {
			count = float64(p.states[s])
		}
		gauge(subjectsDesc(), count, p.name, s.String())
	}
}
