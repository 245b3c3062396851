package metrics

import (
	"io"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/intake"
)

// Options say what is measured.
type Options struct {
	// Version is the program's, a label of sigsync_build_info.
	Version string
	// Serving adds what only a process has that goes on: skipped runs, events,
	// reloads, and the Go runtime and the process themselves.
	Serving bool
	// Log is told of an earlier textfile that cannot be read; nil discards.
	Log logrus.FieldLogger
}

// Metrics are all metrics of a process. They are safe for concurrent use.
type Metrics struct {
	// own is what sigsync says of itself, process what the runtime does. A run that
	// ends leaves only its own behind.
	own, process *prometheus.Registry
	log          logrus.FieldLogger

	whole         *wholeRuns
	work          work
	traffic       traffic
	serving       serving
	notifications *prometheus.CounterVec
}

// New makes metrics that say nothing of a run yet.
func New(o Options) *Metrics {
	m := &Metrics{
		own: prometheus.NewRegistry(), process: prometheus.NewRegistry(), log: o.Log,
		whole: &wholeRuns{}, work: newWork(o.Serving), traffic: newTraffic(), serving: newServing(),
		notifications: newNotifications(),
	}
	if m.log == nil {
		m.log = &logrus.Logger{Out: io.Discard}
	}
	m.own.MustRegister(buildInfo(o.Version), m.whole, m.notifications)
	m.own.MustRegister(m.work.collectors()...)
	m.own.MustRegister(m.traffic.collectors()...)
	if o.Serving {
		m.own.MustRegister(m.serving.collectors()...)
		m.process.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	return m
}

// Handler serves the metrics in the form that is asked for: Prometheus's text,
// OpenMetrics, or protocol buffers.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(prometheus.Gatherers{m.own, m.process}, promhttp.HandlerOpts{
		EnableOpenMetrics: true, MaxRequestsInFlight: intake.Scrapes,
	})
}

// Notified counts a notification that was due: the form of notify[].form, and
// what became of it, one of a closed set; "failed" has an alert.
func (m *Metrics) Notified(form, result string) { m.notifications.WithLabelValues(form, result).Inc() }

// ExpectNotifications has the counters of a form begin at 0, for each of those
// results. One that begins at 1 shows no increase.
func (m *Metrics) ExpectNotifications(form string, results ...string) {
	for _, result := range results {
		m.notifications.WithLabelValues(form, result)
	}
}

func newNotifications() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sigsync_notifications_total",
		Help: "Notifications that were due, by the form of their body and by what became of them.",
	}, []string{"form", "result"})
}

func buildInfo(version string) prometheus.Collector {
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "sigsync_build_info",
		Help: "Always 1; the labels say which sigsync this is and what it was built with and for.",
	}, []string{"version", "goversion", "goos", "goarch"})
	info.WithLabelValues(version, runtime.Version(), runtime.GOOS, runtime.GOARCH).Set(1)
	return info
}

// unix is a time as Prometheus tells it: in seconds.
func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
