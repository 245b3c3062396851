package main

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
	"github.com/sigsync/sigsync/internal/webhook"
)

// take has an event wait for its run if it concerns a pair.
func (s *service) take(e webhook.Event) webhook.Taken {
	if len(concern(s.current.Load().pairs, *s.holders.Load(), []webhook.Event{e})) == 0 {
		return webhook.Unconcerned
	}
	return s.gatherer.Add(e)
}

// hear runs what events are about until ctx ends.
func (s *service) hear(ctx context.Context) {
	for ctx.Err() == nil {
		func() {
			defer s.survive()
			s.gatherer.Run(ctx, s.attend)
		}()
	}
}

// attend is one run for events. What it leaves, the next whole run finds.
func (s *service) attend(ctx context.Context, events []webhook.Event) {
	now := s.current.Load()
	pairs := concern(now.pairs, *s.holders.Load(), events)
	if len(pairs) == 0 {
		return // the configuration has changed since
	}
	ended := s.history.Began(web.ByEvent, time.Now(), named(events)...)
	err := errPanicked
	var rep *report.Report
	defer func() {
		if s.current.Load() != now {
			now.links.release() // nobody else comes back to them
		}
		ended(rep, err, time.Now())
		if rep == nil {
			s.telemetry.metrics.EventRunNotMade()
		}
	}()
	rep, _, err = s.once(outbound.WithUrgency(ctx), now, string(web.ByEvent), func(o *reconcile.Options) {
		o.Pairs, o.Guessed = pairs, true
		s.share(o)
	})
	if err != nil {
		s.log.WithError(err).Error("run for events not done")
		return
	}
	s.telemetry.metrics.EventRun(rep)
	s.log.WithFields(logrus.Fields{
		"run": rep.Run.ID, "exit_code": rep.Run.ExitCode, "events": len(events), "copied": rep.Totals.Outcomes[report.Copied],
	}).Info("run for events done")
}

// named are the images of events, each once.
func named(events []webhook.Event) []string {
	var images []string
	seen := map[string]bool{}
	for _, e := range events {
		if image := e.Repository + "/" + e.Image; !seen[image] {
			images, seen[image] = append(images, image), true
		}
	}
	return images
}
