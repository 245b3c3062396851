package metrics

import (
	"cmp"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Request counts a request that ended: the server's name in the configuration,
// what it was for, and the status, 0 where no answer came. took is the time until
// the answer was read, or given up.
func (m *Metrics) Request(server, operation string, status int, took time.Duration) {
	operation = cmp.Or(operation, "other") // Prometheus takes "" for no label
	m.traffic.requests.WithLabelValues(server, operation, code(status)).Inc()
	m.traffic.took.WithLabelValues(server, operation).Observe(took.Seconds())
}

// Throttled adds the time that a request waited for its turn.
func (m *Metrics) Throttled(d time.Duration) { m.traffic.throttled.Add(max(d, 0).Seconds()) }

// code is the status as a label. One that HTTP does not have (RFC 9110, section
// 15) is no answer, whoever says it: there are not to be more labels than statuses.
func code(status int) string {
	if status < 100 || status > 599 {
		return "error"
	}
	return strconv.Itoa(status)
}

// traffic is what was sent to servers.
type traffic struct {
	requests  *prometheus.CounterVec
	took      *prometheus.HistogramVec
	throttled prometheus.Counter
}

func newTraffic() traffic {
	return traffic{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sigsync_http_requests_total",
			Help: "Requests sent to servers, by operation and HTTP status; the code is error where no answer came.",
		}, []string{"server", "operation", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sigsync_http_request_duration_seconds",
			Help: "How long requests to servers took until their answer was read.",
			// From what a server next door needs to a listing of a million files.
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"server", "operation"}),
		throttled: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sigsync_throttled_seconds_total",
			Help: "How long requests waited for their turn, each counted, because of rate_limit or because a server could not keep up.",
		}),
	}
}

func (t traffic) collectors() []prometheus.Collector {
	return []prometheus.Collector{t.requests, t.took, t.throttled}
}
