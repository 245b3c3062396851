package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/planfile"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// applying is a run that carries out a saved plan and nothing else.
type applying struct {
	*pass
	file  string
	saved *planfile.File
}

func newApply(env environment, g *globals) *cobra.Command {
	p := &applying{pass: newPass(env, g, armed)}
	p.part, p.prepare, p.begin = true, p.read, p.start
	c := &cobra.Command{
		Use: "apply PLAN.json", Short: "Carry out a saved plan, and nothing else", Args: takes("a saved plan"),
		Long: `apply looks at the images of a plan that sigsync plan saved, and carries out each item
that is still as it was planned. It refuses items whose source or target has changed
since, says why, and leaves alone what is not in the plan. It asks nothing.

Exit codes: 0 every item is carried out, or was done already, 1 the run could not do its
work, or not within run_timeout, 2 wrong usage, configuration or plan, 3 items were
refused, held or failed, whatever fail_on says, 130 interrupted.`,
		Example: `  sigsync apply plan.json
  sigsync apply plan.json --limit 100 --report report.json`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p.file = args[0]
			p.claims = []claim{{p.file, "the plan"}}
			return p.run(cmd.Context())
		},
	}
	p.registerLimit(c.Flags())
	p.output.register(c.Flags())
	return c
}

// read reads the plan, and narrows the configuration to its pairs.
func (p *applying) read(c *config.Config, log logrus.FieldLogger) error {
	f, err := os.Open(p.file)
	if err != nil {
		return usage(err)
	}
	defer func() { _ = f.Close() }()
	if p.saved, err = planfile.Read(f); err != nil {
		return usage(fmt.Errorf("%s: %w", p.file, err))
	}
	if err := p.saved.Same(configured(c)); err != nil {
		return usage(fmt.Errorf("%s: %w", p.file, err))
	}
	if now := currentVersion(); p.saved.Version != now {
		log.Warnf("the plan was made by sigsync %s, and this is %s: what this one would do otherwise is refused", p.saved.Version, now)
	}
	c.Pairs = slices.DeleteFunc(slices.Clone(c.Pairs), func(pair config.Pair) bool {
		planned := p.saved.Pair(pair.Name)
		return planned == nil || len(planned.Items) == 0
	})
	return nil
}

// start narrows a run to what is approved, and shows people what that is.
func (p *applying) start(o *reconcile.Options) error {
	o.Pairs = slices.Clone(o.Pairs)
	o.Guessed = true // an image that is gone is told of in the report
	pairs := map[string]reconcile.Pair{}
	for i := range o.Pairs {
		pair := &o.Pairs[i]
		pairs[pair.Name] = *pair
		pair.Only = p.saved.Pair(pair.Name).Images()
	}
	o.Saved = &report.Plan{ID: p.saved.ID, Created: p.saved.Created, Items: p.saved.Items()}
	o.Approve = func(now reconcile.Proposal) *plan.Plan {
		items, others := p.saved.Pair(now.Pair).Settle(planfile.Now{
			Plan:      now.Plan,
			Transport: func(a *plan.Action) planfile.Transport { return planfile.Transport(now.Way(a)) },
			Target:    now.Target,
			Selected:  func(image string) bool { return selected(pairs[now.Pair], image) },
		})
		o.Saved.Others += others
		return items
	}
	if p.format != "text" {
		return nil
	}
	if err := planfile.Text(p.env.stdout, p.saved, mostFindings); err != nil {
		return failed(fmt.Errorf("print: %w", err))
	}
	return nil
}
