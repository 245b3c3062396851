package main

import (
	"context"
	"errors"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
)

// pass is one run over the pairs: everything that sync and audit share.
type pass struct {
	env environment
	*globals
	selection
	output
	doors     doors
	telemetry *telemetry
	// arm gives the run what it writes with; an audit leaves it as it is.
	arm func(o *reconcile.Options, made *clients)
	// prepare is shown the configuration before anything is made of it, begin what
	// the run is about to do, and end the report once that is written.
	prepare func(c *config.Config, log logrus.FieldLogger) error
	begin   func(o *reconcile.Options) error
	end     func(rep *report.Report) error
	// claims are files of the run beside the configuration: no report may take the
	// place of one.
	claims []claim
	// part tells that the run is about some of the images by its nature.
	part bool
}

func newSync(env environment, g *globals) *cobra.Command {
	p := newPass(env, g, armed)
	return p.command("sync", "Copy the signatures that promoted images lack",
		`sync lists both repositories of every pair, compares them, copies what the target
lacks, looks whether it arrived, and reports. It never deletes, and overwrites only
where on_difference says so, with more than there was.`,
		`  sigsync sync
  sigsync sync --pair dev-to-prod --image 'team/**' --limit 100 --report report.json`)
}

func newAudit(env environment, g *globals) *cobra.Command {
	p := newPass(env, g, unarmed)
	return p.command("audit", "Report what sync would do, and write nothing to any server",
		`audit lists both repositories of every pair and compares them. It writes nothing to
any server: what sync would copy is planned in the report.`,
		`  sigsync audit
  sigsync audit -o json --fail-on missing,unknown`)
}

func newPass(env environment, g *globals, arm func(*reconcile.Options, *clients)) *pass {
	return &pass{
		env: env, globals: g, doors: doors{}, telemetry: newTelemetry(false), arm: arm,
		prepare: func(*config.Config, logrus.FieldLogger) error { return nil },
		begin:   func(*reconcile.Options) error { return nil },
		end:     func(*report.Report) error { return nil },
	}
}

func armed(o *reconcile.Options, made *clients) { made.write(o) }

func unarmed(*reconcile.Options, *clients) {}

const exitCodes = `
Exit codes: 0 no state of fail_on is left, 1 the run could not do its work, or not
within run_timeout, 2 wrong usage or configuration, 3 states of fail_on are left, or
limits stopped the copying, 130 interrupted.`

func (p *pass) command(use, short, long, example string) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Long: long + "\n" + exitCodes, Example: example, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	p.selection.register(c.Flags())
	registerShard(c.Flags(), &p.shard, p.env)
	p.output.register(c.Flags())
	return c
}

func (p *pass) run(ctx context.Context) error {
	if err := p.check(p.env, append(p.claims, claim{p.config, "the configuration"})...); err != nil {
		return err
	}
	c, err := p.load(p.env)
	if err != nil {
		return usage(err)
	}
	follow := newFollower(p.env, p.globals)
	log, err := newLog(follow.screen, onTerminal(p.env.stderr), p.globals, c.Log)
	if err != nil {
		return usage(err)
	}
	defer p.trace(ctx, log)()
	if err := p.prepare(c, log); err != nil {
		return err
	}
	s, err := p.setUp(c, nil, log)
	if err != nil {
		return err
	}
	defer s.links.release()
	before := p.before(log)
	end := follow.start(log)
	rep, took, err := p.once(ctx, s, "", follow.watch)
	end()
	if err != nil {
		return err
	}
	err = p.write(p.env, rep)
	p.tell(ctx, s, rep, took, before, err)
	if err == nil {
		err = p.end(rep)
	}
	if err != nil {
		return failed(err)
	}
	return ended(rep)
}

// once does one run, and tells how long its phases took.
func (p *pass) once(
	ctx context.Context, s *setup, trigger string, adjust func(*reconcile.Options),
) (*report.Report, map[string]time.Duration, error) {
	o, err := p.options(s, trigger == string(web.ByEvent))
	if err != nil {
		return nil, nil, err
	}
	s.links.warn()
	watch := p.telemetry.stopwatch()
	o.Phase = watch.phase
	adjust(&o)
	if err := p.begin(&o); err != nil {
		return nil, nil, err
	}
	ctx, cancel := reconcile.WithTimeout(ctx, s.config.RunTimeout)
	defer cancel()
	ctx, traced := p.telemetry.tracer.Run(ctx, string(o.Mode()), o.ID, trigger)
	code := report.ExitFailed
	defer func() { traced(code) }()
	said := make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() {
		defer close(said)
		s.log.Warn(interruption(ctx) + ": copies under way may end, the rest is left to the next run")
	})
	rep := reconcile.Run(ctx, o)
	rep.Addresses = s.addresses(rep)
	if !unwatch() {
		<-said // a run may end before it is said why
	}
	code = rep.Run.ExitCode
	return rep, watch.took, nil
}

// interruption says why a run ends early.
func interruption(ctx context.Context) string {
	if e, ok := errors.AsType[reconcile.TimeoutError](context.Cause(ctx)); ok {
		return e.Error()
	}
	return "interrupted"
}

// ended turns the report's exit code into the program's.
func ended(r *report.Report) error {
	if r.Run.ExitCode == report.ExitOK {
		return nil
	}
	if r.Run.ExitCode == report.ExitInterrupted {
		return exitError{r.Run.ExitCode, errors.New("interrupted")}
	}
	return exitError{code: r.Run.ExitCode}
}
