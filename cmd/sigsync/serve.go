package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/watch"
)

func newServe(env environment, g *globals) *cobra.Command {
	p := newPass(env, g, armed)
	p.telemetry = newTelemetry(true)
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run sync on the configured schedule until it is told to stop",
		Long: `serve runs sync on the schedule of the configuration, one run at a time, and writes
a report after each. In between, and beside it, it looks at the images that
Artifactory's webhooks name. It listens on serve.listen: the last report as a page
(/) and as JSON (/api/v1/report), /metrics, /healthz, /readyz and the webhook
(/webhooks/artifactory). The configuration is read again when it changes, and on
SIGHUP. SIGTERM lets the copies under way end within serve.grace.

Exit codes: 0 it was told to stop, 1 it cannot listen, 2 wrong usage or
configuration. How its runs end is in their reports.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context()) },
	}
	p.selection.register(c.Flags())
	p.output.register(c.Flags())
	return c
}

func (p *pass) serve(ctx context.Context) error {
	if err := p.check(p.env, claim{p.config, "the configuration"}); err != nil {
		return err
	}
	// From the start to the end: one that comes before the configuration is read,
	// or while the last runs end, must not end the program.
	hangups, ignore := p.env.hangups()
	defer ignore()
	seen := watch.Look(p.config)
	c, err := p.load(p.env)
	if err != nil {
		return usage(err)
	}
	log, err := newLog(p.env.stderr, onTerminal(p.env.stderr), p.globals, c.Log)
	if err != nil {
		return usage(err)
	}
	defer p.trace(ctx, log)()
	first, err := p.setUp(c, nil, log)
	if err != nil {
		return err
	}
	p.telemetry.metrics.Reloaded(true, time.Now())
	log.WithField("cron", c.Schedule.Cron).Info("serving; the first run comes with the schedule unless run_on_start is set")
	s := newService(p, first, log)
	defer func() { s.current.Load().links.release() }()
	if err := s.run(ctx, seen, hangups); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}
