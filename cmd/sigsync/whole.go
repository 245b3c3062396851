package main

import (
	"context"
	"errors"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
)

var errPanicked = errors.New("the run panicked; the log has the stack")

// whole is one run over everything. Its errors are told: the next one may do
// better.
func (s *service) whole(ctx context.Context, trigger web.Trigger) {
	now := s.current.Load()
	began := time.Now()
	ended := s.history.Began(trigger, began)
	err := errPanicked
	var rep *report.Report
	var took map[string]time.Duration
	defer func() {
		now.links.release() // the next run may be far away
		ended(rep, err, time.Now())
		s.tellOf(now, began, rep, took, err)
	}()
	rep, took, err = s.once(ctx, now, string(trigger), s.share)
	if err != nil {
		s.log.WithError(err).Error("run not done")
		return
	}
	known := s.holders.Load().with(rep)
	s.holders.Store(&known)
	if err = s.write(s.env, rep); err != nil {
		s.log.WithError(err).Error("report not written")
	}
	s.log.WithFields(logrus.Fields{"run": rep.Run.ID, "exit_code": rep.Run.ExitCode}).Info("run done")
}

// tellOf has everybody know how a whole run ended; rep is nil where there is no report.
func (s *service) tellOf(
	now *setup, began time.Time, rep *report.Report, took map[string]time.Duration, err error,
) {
	o := notify.Outcome{Report: rep, Mode: report.ModeSync, Started: began, Before: s.before}
	if err != nil {
		o.Error = err.Error()
	}
	if rep == nil {
		s.telemetry.metrics.RunNotMade(time.Now(), report.ExitFailed, now.names()...)
		s.before = &notify.Before{ExitCode: report.ExitFailed, Finished: time.Now()}
	} else {
		s.telemetry.metrics.WholeRun(unless(err, rep), took)
		if before := notify.Remember(rep.Run); before != nil {
			s.before = before
		}
	}
	if !s.outlet.tell(told{now.notifier, o}) {
		s.log.Warn("a run is not told of: too many wait to be told")
	}
}
