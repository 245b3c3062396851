package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/doctor"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// examination is one run of doctor.
type examination struct {
	env environment
	*globals
	selection
	format, permissions string
}

func newDoctor(env environment, g *globals) *cobra.Command {
	e := &examination{env: env, globals: g}
	c := &cobra.Command{
		Use: "doctor", Short: "Look whether servers, repositories and the account are fit for a run", Args: cobra.NoArgs,
		Long: `doctor looks at every server and repository that the pairs name: whether it is reached
and takes the login, what its edition and version can do, whether queries show what is
there, and what the account may do. Each line is ok, warning, failed or unknown, and
says what to do. It writes nothing to any server: rights are asked for by dry runs.

Exit codes: 0 nothing failed, 1 something did, 2 wrong usage or configuration, 130
interrupted.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd.Context()) },
	}
	c.Flags().StringArrayVar(&e.pairs, "pair", nil, "only the pair of this `name` (may repeat)")
	c.Flags().StringVarP(&e.format, "output", "o", "text", "form of the report: text or json")
	c.Flags().StringVar(&e.permissions, "permissions", "",
		"print the least rights that the account needs, as terraform or rest, and ask no server")
	const noFiles = cobra.ShellCompDirectiveNoFileComp
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(plainForms(), noFiles)) // the flag is there
	_ = c.RegisterFlagCompletionFunc("permissions", cobra.FixedCompletions([]string{"terraform", "rest"}, noFiles))
	return c
}

// plainForms are those of results that are no reports, the default first.
func plainForms() []string { return []string{"text", "json"} }

func (e *examination) check() error {
	if e.format != "text" && e.format != "json" {
		return usage(fmt.Errorf("--output %q: expected text or json", e.format))
	}
	if e.permissions != "" && e.permissions != "terraform" && e.permissions != "rest" {
		return usage(fmt.Errorf("--permissions %q: expected terraform or rest", e.permissions))
	}
	return nil
}

func (e *examination) run(ctx context.Context) error {
	if err := e.check(); err != nil {
		return err
	}
	c, err := e.load(e.env)
	if err != nil {
		return usage(err)
	}
	pairs, err := e.choose(c.Pairs)
	if err != nil {
		return usage(err)
	}
	log, err := newLog(e.env.stderr, onTerminal(e.env.stderr), e.globals, c.Log)
	if err != nil {
		return usage(err)
	}
	c.Retry.Attempts = min(c.Retry.Attempts, mostAttempts)
	seen := newTally()
	through, err := newLinks(c, pairs, nil, doors{}, watchers{request: seen.request}, log)
	if err != nil {
		return usage(err)
	}
	defer through.release()
	made, err := newClients(through, false)
	if err != nil {
		return usage(err)
	}
	o := doctor.Options{Servers: examined(made, seen), Pairs: pairsExamined(pairs, c.Limits), Version: currentVersion(), Now: time.Now}
	if e.permissions != "" {
		return e.printPermissions(doctor.Permissions(o.Servers, o.Pairs))
	}
	found := doctor.Examine(ctx, o)
	if ctx.Err() != nil {
		return exitError{report.ExitInterrupted, errors.New("interrupted")}
	}
	return e.print(found)
}

func (e *examination) print(found *doctor.Report) error {
	var err error
	if e.format == "json" {
		err = doctor.JSON(e.env.stdout, found)
	} else {
		err = doctor.Text(e.env.stdout, found, doctor.TextOptions{Colour: colourful(e.env)})
	}
	switch {
	case err != nil:
		return failed(err)
	case found.ExitCode != report.ExitOK:
		return exitError{code: found.ExitCode}
	default:
		return nil
	}
}

func (e *examination) printPermissions(permissions []doctor.Permission) error {
	for _, p := range permissions {
		if !p.Known {
			complain(e.env.stderr, fmt.Errorf("the configuration does not tell whose the credentials for server %s are: "+
				"%s stands for the account", p.Server, p.Account))
			break
		}
	}
	encode := doctor.REST
	if e.permissions == "terraform" {
		encode = doctor.Terraform
	}
	if err := encode(e.env.stdout, permissions); err != nil {
		return failed(err)
	}
	return nil
}

// mostAttempts is how often a request is sent that fails in a way that may pass:
// enough to see that it passes, without the patience of a run.
const mostAttempts = 2

// examinationTimeouts is how many times the timeout of one request the examination of a
// server may take, whatever the number of its repositories.
const examinationTimeouts = 20

func examined(made *clients, seen *tally) []doctor.Server {
	var servers []doctor.Server
	for _, name := range slices.Sorted(maps.Keys(made.links)) {
		l := made.links[name]
		s := doctor.Server{
			Name: name, URL: l.server.URL, Registry: made.registry[name], Look: l.look, Login: l.known(),
			Unverified: l.server.TLS.InsecureSkipVerify, Patience: examinationTimeouts * l.server.Timeout,
			Throttled: func() (int, int) { return seen.of(name) },
		}
		if client := made.artifactory[name]; client != nil {
			s.Artifactory = client
		}
		servers = append(servers, s)
	}
	return servers
}

// look looks at an address without credentials.
func (l *link) look(ctx context.Context, address string) outbound.Sight {
	return outbound.Look(ctx, address, outbound.SightOptions{Transport: l.transport, Timeout: l.server.Timeout, UserAgent: userAgent()})
}

// known is what the configuration says of the login.
func (l *link) known() doctor.Login {
	a := l.server.Auth
	switch {
	case a.OIDC != nil:
		return doctor.Login{Form: "an access token for an identity token (OIDC)", Account: l.exchange.Account}
	case a.Token != "":
		user, ends := doctor.ReadToken(a.Token.Reveal())
		return doctor.Login{Form: "a token", User: user, Ends: ends}
	case a.TokenFile != "":
		token, _ := outbound.FromFile(a.TokenFile)() // the login says what is wrong with it
		user, ends := doctor.ReadToken(token)
		return doctor.Login{Form: "a token from a file", User: user, Ends: ends}
	case a.APIKey != "":
		return doctor.Login{Form: "an API key"}
	case a.Username != "":
		return doctor.Login{Form: "the password", User: a.Username}
	default:
		return doctor.Login{}
	}
}

func pairsExamined(pairs []config.Pair, limits config.Limits) []doctor.Pair {
	var all []doctor.Pair
	for _, p := range pairs {
		about := reconcile.Pair{Include: p.Images.Include, Exclude: p.Images.Exclude}
		all = append(all, doctor.Pair{
			Name: p.Name, Source: doctor.End(p.Source), Target: doctor.End(p.Target), Transport: string(p.Transport),
			Overwrites: p.OnDifference != config.DifferenceReport, Referrers: p.Referrers != config.ReferrersNever,
			Evicts: limits.AllowTagEviction, Named: namedImages(p.Images.Include),
			Selects: func(image string) bool { return selected(about, image) },
		})
	}
	return all
}

// namedImages are globs that are names of images; none where one of them is not.
func namedImages(globs []string) []string {
	if slices.ContainsFunc(globs, func(glob string) bool { return strings.ContainsAny(glob, `*?[{\`) }) {
		return nil
	}
	return globs
}
