package web

import (
	"net/http"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/report"
)

// Options are what the answers are made from.
type Options struct {
	// History knows the runs.
	History *History
	// Ready tells whether the program can do its work, and why not; nil is always.
	Ready func() (bool, string)
	// Metrics answers /metrics, and Webhook /webhooks/artifactory with any method;
	// where one is nil, nothing is there.
	Metrics, Webhook http.Handler
	// Version is the program's.
	Version string
	// Pairs are those of the configuration in force, which the last report may
	// not know of yet; nil is none.
	Pairs func() []Pair
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Log gets a line for each panic of a handler.
	Log logrus.FieldLogger
}

// Pair is a pair of the configuration.
type Pair struct {
	Name           string
	Source, Target report.End
}

// Handler answers everything that sigsync serve is asked. It holds no lock while
// it writes, so that a slow client delays nobody.
func Handler(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &site{Options: o, page: newFrontPage()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /api/v1/report", s.reportJSON)
	mux.HandleFunc("GET /{$}", s.index)
	if o.Metrics != nil {
		mux.Handle("GET /metrics", o.Metrics)
	}
	if o.Webhook != nil {
		mux.Handle("/webhooks/artifactory", o.Webhook)
	}
	return guarded(mux, s.page.policy(), o.Log)
}

// site is what answers.
type site struct {
	Options
	page *frontPage
}
