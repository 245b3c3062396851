package main

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/schedule"
)

func newServe(env environment, g *globals) *cobra.Command {
	p := newPass(env, g, armed)
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run sync on the configured schedule until it is told to stop",
		Long: `serve runs sync on the schedule of the configuration, never two runs at once, and
writes a report after each. SIGTERM lets the copies under way end within serve.grace.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context()) },
	}
	p.selection.register(c.Flags())
	p.output.register(c.Flags())
	return c
}

func (p *pass) serve(ctx context.Context) error {
	if err := p.check(); err != nil {
		return err
	}
	c, err := config.Load(p.config, p.env.lookup)
	if err != nil {
		return usage(err)
	}
	log, err := newLog(p.env.stderr, onTerminal(p.env.stderr), p.globals, c.Log)
	if err != nil {
		return usage(err)
	}
	s, err := p.setUp(c, log)
	if err != nil {
		return err
	}
	defer s.links.release()
	zone, err := time.LoadLocation(c.Schedule.Timezone)
	if err != nil {
		return usage(err)
	}
	log.WithField("cron", c.Schedule.Cron).Info("serving; the first run comes with the schedule unless run_on_start is set")
	err = schedule.Run(ctx, schedule.Options{
		Timetable:  schedule.Timetable{Cron: c.Schedule.Cron, Location: zone, Jitter: c.Schedule.Jitter},
		RunOnStart: c.Schedule.RunOnStart, Log: log,
	}, func(ctx context.Context) { p.tick(ctx, s) })
	if err != nil {
		return usage(err)
	}
	log.Info("stopped")
	return nil
}

// tick is one scheduled run. Its errors are logged: the next one may do better.
func (p *pass) tick(ctx context.Context, s *setup) {
	rep, err := p.once(ctx, s, func(o *reconcile.Options) { o.Grace = s.config.Serve.Grace })
	if err != nil {
		s.log.WithError(err).Error("run not done")
		return
	}
	if err := p.write(p.env, rep); err != nil {
		s.log.WithError(err).Error("report not written")
	}
	s.log.WithFields(logrus.Fields{"run": rep.Run.ID, "exit_code": rep.Run.ExitCode}).Info("run done")
}
