package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/planfile"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// planning is an audit that saves what it found that sync would do.
type planning struct {
	*pass
	file string
	// configured are the configuration's pairs, and items what is planned, by the
	// names of pairs.
	configured []planfile.Pair
	items      map[string][]planfile.Item
}

func newPlan(env environment, g *globals) *cobra.Command {
	p := &planning{pass: newPass(env, g, unarmed), items: map[string][]planfile.Item{}}
	p.prepare = p.know
	p.begin = func(o *reconcile.Options) error { o.Foreseen = p.note; return nil }
	p.end = p.save
	c := p.command("plan", "Save what sync would do, to be reviewed and applied",
		`plan is an audit, and writes nothing to any server. It saves what sync would do, with
the digests that it saw, in a file that sigsync apply carries out. The exit code is an
audit's: 3 says that something is left, which the plan may do something about.`,
		`  sigsync plan --out plan.json
  sigsync plan --out plan.json --pair dev-to-prod --image 'team/**'`)
	c.Flags().StringVar(&p.file, "out", "", "write the plan to this `file`")
	inner := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if p.file == "" {
			return usage(errors.New("--out: expected a file to write the plan to"))
		}
		if err := writable(env, p.file); err != nil {
			return failed(fmt.Errorf("--out %s: %w", p.file, err))
		}
		if samePlace(p.file, p.config) {
			return usage(fmt.Errorf("--out %s: that is the configuration", p.file))
		}
		p.claims = []claim{{p.file, "the plan"}}
		return inner(cmd, args)
	}
	return c
}

func (p *planning) know(c *config.Config, _ logrus.FieldLogger) error {
	p.configured = configured(c)
	return nil
}

// configured are a configuration's pairs as plans have them, without items.
func configured(c *config.Config) []planfile.Pair {
	end := func(e config.Endpoint) planfile.End {
		return planfile.End{Server: e.Server, URL: planfile.Place(c.Servers[e.Server].URL), Repository: e.Repository}
	}
	pairs := make([]planfile.Pair, len(c.Pairs))
	for i, p := range c.Pairs {
		pairs[i] = planfile.Pair{Name: p.Name, Source: end(p.Source), Target: end(p.Target)}
	}
	return pairs
}

// note takes down what is planned of a pair.
func (p *planning) note(proposal reconcile.Proposal, planned []*plan.Relation) {
	for _, r := range planned {
		p.items[proposal.Pair] = append(p.items[proposal.Pair], planfile.ItemOf(r, planfile.Transport(proposal.Way(r.Action))))
	}
}

// save writes the plan. A run that was ended before it had looked at everything
// has none: what it did not come to would look like nothing to do.
func (p *planning) save(rep *report.Report) error {
	if rep.Run.Stopped != nil {
		return p.say("No plan is written to %s: %s.\n", p.file, rep.Run.Stopped.Reason)
	}
	f := p.plan(rep)
	text, err := planfile.Encode(f)
	if err == nil {
		err = replace(p.file, text)
	}
	if err != nil {
		return fmt.Errorf("--out %s: %w", p.file, err)
	}
	return p.say("The plan is in %s: %s. To carry out just that: sigsync apply %[1]s --config %[3]s\n",
		p.file, planfile.Summary(f), p.config)
}

// say prints beside a report for people, and among the log beside one for
// programs.
func (p *planning) say(format string, args ...any) error {
	w := p.env.stdout
	if p.format != "text" {
		w = p.env.stderr
	}
	_, err := fmt.Fprintf(w, format, args...)
	return err
}

// plan is what the report and the notes make together.
func (p *planning) plan(rep *report.Report) *planfile.File {
	f := &planfile.File{Schema: planfile.Schema, ID: rep.Run.ID, Version: rep.Run.Version, Created: rep.Run.Started}
	for _, found := range rep.Pairs {
		pair := p.configured[slices.IndexFunc(p.configured, func(c planfile.Pair) bool { return c.Name == found.Name })]
		pair.Error, pair.Items, pair.Unplanned = found.Error, p.items[found.Name], map[plan.State]int{}
		for state, n := range found.Totals.States {
			for i := range pair.Items {
				if pair.Items[i].State == state {
					n--
				}
			}
			if n > 0 {
				pair.Unplanned[state] = n
			}
		}
		f.Pairs = append(f.Pairs, pair)
	}
	f.Configuration = planfile.Identity(f.Pairs)
	return f
}
