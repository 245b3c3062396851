package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// WebhookEvent counts a request that came to the webhook, by what became of it,
// one of a closed set.
func (m *Metrics) WebhookEvent(result string) { m.serving.events.WithLabelValues(result).Inc() }

// ExpectWebhookEvents has the counters of those results begin at 0. One that
// begins at 1 shows no increase.
func (m *Metrics) ExpectWebhookEvents(results ...string) {
	for _, result := range results {
		m.serving.events.WithLabelValues(result)
	}
}

// Skipped counts runs whose time came while another was under way.
func (m *Metrics) Skipped(n int) { m.serving.skipped.Add(float64(max(n, 0))) }

// Reloaded takes in that the configuration was read, first or again, and whether
// it is in effect now.
func (m *Metrics) Reloaded(ok bool, at time.Time) {
	successful := 0.0
	if ok {
		successful = 1
		m.serving.reloadedAt.WithLabelValues().Set(unix(at))
	}
	m.serving.reloaded.WithLabelValues().Set(successful)
}

// serving is what only a process has that goes on.
type serving struct {
	events  *prometheus.CounterVec
	skipped prometheus.Counter
	// There is nothing to say of reloads before the first: these have one value or none.
	reloaded, reloadedAt *prometheus.GaugeVec
}

func newServing() serving {
	return serving{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sigsync_webhook_events_total",
			Help: "Requests that came to the webhook, by what became of them.",
		}, []string{"result"}),
		skipped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sigsync_runs_skipped_total",
			Help: "Runs of the schedule that were skipped: their time came while another was under way.",
		}),
		reloaded: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "sigsync_config_last_reload_successful",
			Help: "Whether the configuration that was read last is in effect: 1 where it is, 0 where it was refused and the one before is.",
		}, nil),
		reloadedAt: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "sigsync_config_last_reload_success_timestamp_seconds",
			Help: "When the configuration was last read that is in effect, in seconds since 1970.",
		}, nil),
	}
}

func (s serving) collectors() []prometheus.Collector {
	return []prometheus.Collector{s.events, s.skipped, s.reloaded, s.reloadedAt}
}
