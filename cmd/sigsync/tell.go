package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/report"
)

// tellTime is how long everybody may take to be told how a run ended.
const tellTime = 30 * time.Second

// leaveTime is how long a gateway may take to take the metrics.
const leaveTime = 10 * time.Second

// tell leaves the metrics of a run that ends, and has everybody know how it
// ended. A run of some of the images says nothing of the others. Nothing of it
// changes the run's exit code.
func (p *pass) tell(
	ctx context.Context, s *setup, rep *report.Report, took map[string]time.Duration, before *notify.Before, unwritten error,
) {
	if p.part || p.narrowed() {
		s.log.Debug("a run over some of the images leaves no metrics and notifies nobody")
		return
	}
	p.telemetry.metrics.WholeRun(unless(unwritten, rep), took)
	p.leave(ctx, s.config.Metrics, rep.Run.Mode, s.log)
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer end()
	o := notify.Outcome{Report: rep, Before: before}
	if unwritten != nil {
		o.Error = unwritten.Error()
	}
	s.notifier.Tell(ctx, o)
}

// unless is the report of a run whose exit code says that the report could not be
// written; the same report where it could.
func unless(unwritten error, r *report.Report) *report.Report {
	if unwritten == nil {
		return r
	}
	failed := *r
	failed.Run.ExitCode = report.ExitFailed
	return &failed
}

// leave leaves the metrics where the configuration says.
func (p *pass) leave(ctx context.Context, c config.Metrics, mode report.Mode, log logrus.FieldLogger) {
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer end()
	if c.Pushgateway != "" {
		err := p.telemetry.metrics.Push(ctx, metrics.Gateway{
			URL: c.Pushgateway.Reveal(), Job: c.Job, Grouping: map[string]string{"mode": string(mode)},
		})
		if err != nil {
			log.WithError(err).Error("metrics not pushed")
		}
	}
	if c.Textfile != "" {
		if err := p.telemetry.metrics.WriteTextfile(c.Textfile); err != nil {
			log.WithError(err).Error("metrics not written")
		}
	}
}

// before is how the run before ended, as far as the report tells that this one
// will replace; nil where that is not known.
func (p *pass) before(log logrus.FieldLogger) *notify.Before {
	for _, file := range p.files {
		if !isJSON(file) {
			continue
		}
		run, err := lastRun(file)
		if err != nil {
			log.WithField("file", file).WithError(err).Debug("how the run before ended is not known")
			continue
		}
		return notify.Remember(run)
	}
	return nil
}

func lastRun(file string) (report.Run, error) {
	f, err := os.Open(file)
	if err != nil {
		return report.Run{}, err
	}
	defer func() { _ = f.Close() }()
	return report.ReadRun(f)
}

// notifier tells whom the configuration names.
func (p *pass) notifier(c []config.Notify, log logrus.FieldLogger) (*notify.Notifier, error) {
	targets := make([]notify.Target, len(c))
	for i, n := range c {
		targets[i] = notify.Target{
			URL: n.URL.Reveal(), URLFile: n.URLFile, Form: notify.Form(n.Form), Template: n.Template.Reveal(), Repeat: n.Repeat,
		}
		p.telemetry.metrics.ExpectNotifications(string(n.Form), notify.ResultSent, notify.ResultFailed)
		for _, event := range n.On {
			targets[i].On = append(targets[i].On, notify.Event(event))
		}
	}
	return notify.New(notify.Options{
		Targets: targets, Transport: http.DefaultTransport, UserAgent: userAgent(), Log: log, Result: p.telemetry.metrics.Notified,
	})
}

// trace begins to send traces where the environment asks for them, and returns
// what ends it.
func (p *pass) trace(ctx context.Context, log logrus.FieldLogger) (end func()) {
	tracer, err := p.telemetry.start(ctx, p.env.lookup, log)
	if err != nil {
		log.WithError(err).Error("no traces are sent")
	}
	p.telemetry.tracer = tracer
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		if err := tracer.Stop(ctx); err != nil {
			log.WithError(err).Warn("not all traces were sent")
		}
	}
}

// flushTime is how long sending the last traces may take.
const flushTime = 5 * time.Second

// narrowed tells whether flags leave out pairs or images.
func (s *selection) narrowed() bool { return len(s.pairs)+len(s.images) > 0 || !s.shard.Whole() }
