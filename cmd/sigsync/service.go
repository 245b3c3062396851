package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/schedule"
	"github.com/sigsync/sigsync/internal/watch"
	"github.com/sigsync/sigsync/internal/web"
	"github.com/sigsync/sigsync/internal/webhook"
)

// service is what serve keeps while it runs. Its runs are whole ones, which the
// schedule brings on and which look at everything, and runs for events, which
// look at the images that were named. There is one of either at a time: a whole
// one may take long, and a promoted image should not have to wait for it.
type service struct {
	*pass
	log       *logrus.Logger
	history   *web.History
	gatherer  *webhook.Gatherer
	indexes   reconcile.Indexes
	timetable chan schedule.Timetable
	// current is the configuration in force.
	current atomic.Pointer[setup]
	// holders are known once a whole run has ended.
	holders atomic.Pointer[holders]
	// answered tells that a server did, stopping that runs end.
	answered, stopping atomic.Bool
	// silence is why none did the last time; nil before it is known.
	silence atomic.Pointer[string]
	// complaint is why the configuration could not be taken over the last time.
	complaint string
	outlet    *outlet
	// before is how the last whole run ended.
	before *notify.Before
}

func newService(p *pass, first *setup, log *logrus.Logger) *service {
	s := &service{
		pass: p, log: log, history: web.NewHistory(), timetable: make(chan schedule.Timetable, 1),
		gatherer: webhook.NewGatherer(webhook.GatherOptions{Window: first.config.Serve.Webhook.Gather, Most: intake.EventsWaiting}),
	}
	p.telemetry.metrics.ExpectWebhookEvents(webhook.Results()...)
	s.current.Store(first)
	s.holders.Store(&holders{})
	return s
}

// run works until ctx ends and what is under way then has ended too. The error
// is one of usage, or says that nobody can be answered.
func (s *service) run(ctx context.Context, seen watch.Snapshot, hangups <-chan os.Signal) error {
	c := s.current.Load().config
	listener, err := listen(ctx, c.Serve.Listen)
	if err != nil {
		return failed(err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// What answers and watches goes on while the last runs end.
	beside, end := context.WithCancel(context.WithoutCancel(ctx))
	var besides, works sync.WaitGroup
	defer besides.Wait()
	defer end()
	defer context.AfterFunc(ctx, func() { s.stopping.Store(true) })()
	if listener != nil {
		s.log.WithField("address", listener.Addr().String()).Info("listening")
		besides.Go(func() { s.answer(beside, listener) })
	}
	s.outlet = newOutlet(ctx)
	besides.Go(func() { s.knock(ctx) })
	besides.Go(func() { s.watch(ctx, seen, hangups) })
	works.Go(func() { s.hear(ctx) })
	err = s.keep(ctx, c.Schedule)
	stop() // there may be no schedule to keep
	works.Wait()
	s.outlet.close()
	return err
}

// listen returns nil where nothing is to be listened to.
func listen(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	return web.Listen(ctx, address)
}

// keep keeps the schedule until ctx ends.
func (s *service) keep(ctx context.Context, c config.Schedule) error {
	table, err := timetableOf(c)
	if err != nil {
		return usage(err)
	}
	trigger := web.BySchedule
	if c.RunOnStart {
		trigger = web.AtStart
	}
	err = schedule.Run(ctx, schedule.Options{
		Timetable: table, RunOnStart: c.RunOnStart, Changes: s.timetable, Log: s.log,
		Skipped: s.telemetry.metrics.Skipped, Next: s.history.Next,
	}, func(ctx context.Context) {
		s.whole(ctx, trigger)
		trigger = web.BySchedule
	})
	if err != nil {
		return usage(err)
	}
	return nil
}

func timetableOf(c config.Schedule) (schedule.Timetable, error) {
	zone, err := time.LoadLocation(c.Timezone)
	return schedule.Timetable{Cron: c.Cron, Location: zone, Jitter: c.Jitter}, err
}

// answer serves HTTP until ctx ends.
func (s *service) answer(ctx context.Context, l net.Listener) {
	handler := web.Handler(web.Options{
		History: s.history, Ready: s.ready, Metrics: s.telemetry.metrics.Handler(), Webhook: s.webhook(),
		Version: currentVersion(), Pairs: s.shown, Log: s.log,
	})
	if err := web.Serve(ctx, l, handler, answerGrace, s.log); err != nil {
		s.log.WithError(err).Error("nobody is answered any more")
	}
}

// answerGrace is how long answers under way may go on at the end.
const answerGrace = 5 * time.Second

// ready tells whether the program can do its work, and why not.
func (s *service) ready() (ready bool, why string) {
	switch {
	case s.stopping.Load():
		return false, "stopping"
	case !s.answered.Load():
		why := "no server has answered yet"
		if said := s.silence.Load(); said != nil {
			why += ": " + *said
		}
		return false, why
	}
	return true, ""
}

func (s *service) webhook() http.Handler {
	return webhook.New(webhook.Options{
		Secret: func() (string, error) { return s.current.Load().secret() },
		Take:   s.take, Result: s.telemetry.metrics.WebhookEvent, Log: s.log,
	})
}

// shown are the pairs in force, for the page.
func (s *service) shown() []web.Pair {
	var pairs []web.Pair
	for _, p := range s.current.Load().pairs {
		pairs = append(pairs, web.Pair{
			Name:   p.Name,
			Source: report.End{Server: p.Source.Server, Repository: p.Source.Repository},
			Target: report.End{Server: p.Target.Server, Repository: p.Target.Repository},
		})
	}
	return pairs
}

// share has a run keep to what it shares with the one that may go on beside it.
func (s *service) share(o *reconcile.Options) {
	o.Grace, o.Indexes = s.current.Load().config.Serve.Grace, &s.indexes
	o.Log = o.Log.WithField("run", o.ID)
}

// survive logs a panic: what comes next may do better.
func (s *service) survive() {
	if p := recover(); p != nil {
		s.log.WithFields(logrus.Fields{"panic": p, "stack": string(debug.Stack())}).Error("run panicked")
	}
}
