package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// inspection is one look at one image.
type inspection struct {
	*pass
	format string
	// listings are what a run found of the repositories, options what it read with.
	listings []reconcile.Listing
	options  reconcile.Options
}

func newInspect(env environment, g *globals) *cobra.Command {
	i := &inspection{pass: newPass(env, g, unarmed)}
	c := &cobra.Command{
		Use: "inspect IMAGE[:TAG|@DIGEST]", Short: "Show one image's signatures in every repository, and what sync would do",
		Long: `inspect looks at one image in every repository of the configuration: where it is,
what is attached to it, who claims to have signed it, what sync would do and why, and
the command that verifies it there. IMAGE is the path inside the repositories; host and
repository of a pair may stand before it, as docker clients write them. Without TAG and
DIGEST all its tags are looked at, up to 20 images.
It writes nothing to any server.

Exit codes: 0 all could be looked at, and no state of fail_on is left, 1 something could
not be looked at, or no repository has the image, 2 wrong usage or configuration, 3
states of fail_on are left, 130 interrupted.`,
		Example: `  sigsync inspect team/app:1.0
  sigsync inspect acme.jfrog.io/docker-prod-local/team/app@sha256:...
  sigsync inspect team/app -o json --pair dev-to-prod`,
		Args: takes("an image, as in team/app:1.0"),
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd.Context(), args[0]) },
	}
	c.Flags().StringArrayVar(&i.pairs, "pair", nil, "only the repositories of the pair of this `name` (may repeat)")
	c.Flags().StringVar(&i.failOn, "fail-on", "",
		"states that make the exit code 3, separated by commas, or none (default: the configuration's fail_on)")
	c.Flags().StringVarP(&i.format, "output", "o", "text", "form of the result: text or json")
	const noFiles = cobra.ShellCompDirectiveNoFileComp
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(plainForms(), noFiles)) // the flag is there
	c.ValidArgsFunction = cobra.NoFileCompletions
	return c
}

func (i *inspection) run(ctx context.Context, name string) error {
	if i.format != "text" && i.format != "json" {
		return usage(fmt.Errorf("--output %q: expected text or json", i.format))
	}
	c, err := i.load(i.env)
	if err != nil {
		return usage(err)
	}
	reference, err := referenceOf(name, c)
	if err != nil {
		return usage(err)
	}
	if c.Log.Level == config.LevelInfo && i.logLevel == "" {
		c.Log.Level = config.LevelWarn // what a run does is not what was asked for
	}
	log, err := newLog(i.env.stderr, onTerminal(i.env.stderr), i.globals, c.Log)
	if err != nil {
		return usage(err)
	}
	i.images, i.all = []string{reconcile.Literal(reference.Image)}, true
	s, err := i.setUp(c, nil, log)
	if err != nil {
		return err
	}
	defer s.links.release()
	if !anySelects(s.pairs, reference.Image) {
		return usage(fmt.Errorf("no pair is about the image %s: see images of the pairs", reference.Image))
	}
	result, err := i.look(ctx, s, reference)
	if err != nil {
		return err
	}
	if err := i.print(result); err != nil {
		return failed(err)
	}
	if result.ExitCode == report.ExitOK {
		return nil
	}
	return exitError{code: result.ExitCode}
}

// referenceOf reads a reference, which may have host and repository of a pair
// before the image.
func referenceOf(name string, c *config.Config) (inspect.Reference, error) {
	var homes []inspect.Home
	for _, p := range c.Pairs {
		for _, e := range []config.Endpoint{p.Source, p.Target} {
			homes = append(homes, inspect.Home{Address: inspect.AddressOf(c.Servers[e.Server].URL), Repository: e.Repository})
		}
	}
	inside, err := inspect.Inside(name, homes)
	if err != nil {
		return inspect.Reference{}, err
	}
	return inspect.ParseReference(inside)
}

func anySelects(pairs []reconcile.Pair, image string) bool {
	for _, p := range pairs {
		if selected(p, image) {
			return true
		}
	}
	return false
}

// look has a run compare the image as an audit does, and then looks into what is
// attached to it.
func (i *inspection) look(ctx context.Context, s *setup, reference inspect.Reference) (*inspect.Result, error) {
	rep, _, err := i.once(ctx, s, "", func(o *reconcile.Options) {
		o.Guessed = true
		o.Listed = func(l reconcile.Listing) { i.listings = append(i.listings, l) }
		i.options = *o
	})
	if err != nil {
		return nil, err
	}
	if err := i.stopped(rep); err != nil {
		return nil, err
	}
	ctx, cancel := reconcile.WithTimeout(ctx, s.config.RunTimeout)
	defer cancel()
	result := inspect.Image(ctx, inspect.Options{
		Reference: reference, Places: i.places(s.config), Pairs: i.pairOptions(s.pairs, reference.Image),
		Report: rep, FailOn: s.failOn, Version: currentVersion(),
	})
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, exitError{report.ExitInterrupted, errors.New("interrupted")}
	}
	result.Requests = i.options.Requests()
	return result, nil
}

// stopped says why the run did not come to its end.
func (i *inspection) stopped(rep *report.Report) error {
	switch {
	case rep.Run.Interrupted:
		return exitError{report.ExitInterrupted, errors.New("interrupted")}
	case rep.Run.Stopped != nil && rep.Run.ExitCode == report.ExitFailed:
		return failed(errors.New(rep.Run.Stopped.Reason))
	default:
		return nil
	}
}

// places are the repositories, each once, in the order in which pairs name them.
func (i *inspection) places(c *config.Config) []inspect.Place {
	places := make([]inspect.Place, len(i.listings))
	for n, l := range i.listings {
		places[n] = inspect.Place{
			Server: l.End.Server, Repository: l.End.Repository, Holder: l.Holder.Repository,
			Address: inspect.AddressOf(c.Servers[l.End.Server].URL), Registry: i.options.Registries[l.End.Server],
			Inventory: l.Inventory, Err: l.Err,
		}
	}
	return places
}

func (i *inspection) pairOptions(pairs []reconcile.Pair, image string) []inspect.PairOptions {
	options := make([]inspect.PairOptions, len(pairs))
	for n, p := range pairs {
		options[n] = inspect.PairOptions{
			Name: p.Name, Selected: selected(p, image), Keys: p.Verify.Keys,
			Source: i.listing(p.Source), Target: i.listing(p.Target),
			Match: p.Match, Families: p.Families, Search: p.Search,
		}
	}
	return options
}

func (i *inspection) listing(e reconcile.End) int {
	for n, l := range i.listings {
		if l.End == e {
			return n
		}
	}
	return -1 // a run lists all of them
}

func (i *inspection) print(r *inspect.Result) error {
	if i.format == "json" {
		return inspect.JSON(i.env.stdout, r)
	}
	return inspect.Text(i.env.stdout, r, inspect.TextOptions{Colour: colourful(i.env)})
}
