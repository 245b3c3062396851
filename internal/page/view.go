package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
	"github.com/sigsync/sigsync/internal/report"
)

// view is what the document is filled with.
type view struct {
	report *report.Report

	ID, Mode, Version, Headline, Verdict, Stopped, Narrowed string
	// Part is report.Run.Part.
	Part                                   string
	Level                                  Level
	Finished                               time.Time
	Took                                   time.Duration
	Subjects, Copied, Failed, Left, Broken int
	Coverage                               report.Coverage
	Pairs                                  []pairView
	MorePairs                              int
	// All counts the findings, of which First are shown without a script.
	All   int
	First []findingView
	Note  string
}

// MoreFindings tells whether First are not all.
func (v *view) MoreFindings() bool { return v.All > len(v.First) }

func newView(r *report.Report) *view {
	v := &view{
		report: r, ID: Brief(r.Run.ID), Mode: Brief(string(r.Run.Mode)), Version: Brief(r.Run.Version), Part: r.Run.Part(),
		Verdict: Brief(r.Verdict()), Narrowed: Brief(r.Run.Narrowed()), Level: LevelOf(r.Run.ExitCode), Finished: r.Run.Finished,
		Took:     max(r.Run.Finished.Sub(r.Run.Started), 0),
		Subjects: r.Totals.Subjects, Failed: r.Totals.Outcomes[report.Failed], Coverage: r.Totals.Coverage, Note: report.VerificationNote,
	}
	for o, n := range r.Totals.Outcomes {
		if o.Mended() {
			v.Copied += n
		}
	}
	if r.Run.Stopped != nil && !r.Run.Interrupted {
		v.Stopped = Brief(r.Run.Stopped.Reason)
	}
	for i := range r.Pairs {
		p := newPairView(r, &r.Pairs[i])
		v.Left += p.Left
		v.All += len(r.Pairs[i].Findings)
		if p.Error != "" {
			v.Broken++
		}
		if i < intake.ShownPairs {
			v.Pairs = append(v.Pairs, p)
		}
	}
	v.MorePairs = len(r.Pairs) - len(v.Pairs)
	v.Headline = v.headline()
	v.first()
	return v
}

func (v *view) headline() string {
	switch {
	case v.report.Run.Interrupted:
		return "The run was interrupted"
	case v.report.Run.ExitCode == report.ExitOK:
		return "Nothing that counts is left"
	case v.report.Run.ExitCode == report.ExitLeft && v.Left == 1:
		return "One finding needs attention"
	case v.report.Run.ExitCode == report.ExitLeft && v.Left > 0:
		return Number(v.Left) + " findings need attention"
	case v.report.Run.ExitCode == report.ExitLeft:
		return "A limit stopped the run"
	default:
		return "Not all of the work was done"
	}
}

// pairView is what is shown of a pair.
type pairView struct {
	Name, Error, Elsewhere string
	Source, Target         report.End
	Left, Subjects, Unread int
	Coverage               report.Coverage
	// Whole is the bar of the whole pair, and Rows are its parts.
	Whole []part
	Rows  []coverageRow
	// Prefixes are the least covered of AllPrefixes.
	Prefixes    []prefixView
	AllPrefixes int
	States      []stateView
}

// MorePrefixes tells whether Prefixes are not all.
func (p pairView) MorePrefixes() bool { return p.AllPrefixes > len(p.Prefixes) }

// Folded tells whether the prefixes take more room than most want.
func (p pairView) Folded() bool { return len(p.Prefixes) > 12 }

// part is a part of a bar, in percent.
type part struct {
	Level       Level
	From, Width string
}

type coverageRow struct {
	Label string
	Level Level
	Count int
	Bar   []part
}

type prefixView struct {
	Prefix string
	report.Coverage
	Bar []part
}

type stateView struct {
	State  plan.State
	Level  Level
	Count  int
	Became string
}

func newPairView(r *report.Report, p *report.Pair) pairView {
	end := func(e report.End) report.End {
		return report.End{Server: Brief(e.Server), Repository: Brief(e.Repository)}
	}
	v := pairView{
		Name: Brief(p.Name), Error: printable.Lines(p.Error), Elsewhere: r.Elsewhere(p), Source: end(p.Source), Target: end(p.Target),
		Subjects: p.Totals.Subjects, Unread: p.Unread, Coverage: p.Totals.Coverage, States: statesOf(r, p),
	}
	for i := range p.Findings {
		if r.Counts(&p.Findings[i]) {
			v.Left++
		}
	}
	if v.Coverage.Subjects > 0 {
		v.Whole = whole(v.Coverage)
		v.Rows = coverageRows(v.Coverage)
	}
	if v.AllPrefixes = len(p.Prefixes); v.AllPrefixes > 1 {
		v.Prefixes = prefixesOf(p)
	}
	return v
}

// whole is a bar of all that one would look for a signature of.
func whole(c report.Coverage) []part {
	var bar []part
	at := 0
	for _, row := range coverageRows(c) {
		n := row.Count
		if row.Label == labelSigned {
			n -= c.Stale + c.Diverged // which come by themselves
		}
		bar = append(bar, share(row.Level, at, n, c.Expected()))
		at += n
	}
	return bar
}

// labelSigned is what is called so in the other forms too.
const labelSigned = "signed at the target"

func coverageRows(c report.Coverage) []coverageRow {
	var rows []coverageRow
	for _, row := range []coverageRow{
		{Label: labelSigned, Level: Good, Count: c.Signed},
		{Label: "of these stale", Level: Warn, Count: c.Stale},
		{Label: "of these diverged", Level: Bad, Count: c.Diverged},
		{Label: "missing", Level: Warn, Count: c.Missing},
		{Label: "suspect", Level: Bad, Count: c.Suspect},
		{Label: "unsigned everywhere", Level: None, Count: c.Unsigned},
		{Label: "unknown", Level: Bad, Count: c.Unknown},
	} {
		if row.Count > 0 || row.Label == labelSigned {
			row.Bar = []part{share(row.Level, 0, row.Count, c.Expected())}
			rows = append(rows, row)
		}
	}
	return rows
}

func share(l Level, from, n, of int) part {
	percent := func(n int) string { return strconv.FormatFloat(100*float64(n)/float64(max(of, 1)), 'f', 2, 64) }
	return part{l, percent(from), percent(n)}
}

func prefixesOf(p *report.Pair) []prefixView {
	sorted := slices.Clone(p.Prefixes)
	slices.SortStableFunc(sorted, func(a, b report.PrefixCoverage) int {
		return cmp.Compare(b.Expected()-b.Signed, a.Expected()-a.Signed)
	})
	var views []prefixView
	for _, at := range sorted[:min(len(sorted), intake.ShownPairs)] {
		views = append(views, prefixView{Brief(at.Prefix), at.Coverage, whole(at.Coverage)})
	}
	return views
}

func statesOf(r *report.Report, p *report.Pair) []stateView {
	type relation struct {
		state   plan.State
		outcome report.Outcome
	}
	outcomes := map[relation]int{}
	for i := range p.Findings {
		outcomes[relation{p.Findings[i].State, p.Findings[i].Outcome}]++
	}
	var views []stateView
	for _, s := range plan.States() {
		n := p.Totals.States[s]
		if n == 0 {
			continue
		}
		v, mended := stateView{State: s, Count: n}, 0
		var became []string
		for _, o := range report.Outcomes() {
			if count := outcomes[relation{s, o}]; count > 0 && o != report.None {
				became = append(became, fmt.Sprintf("%s %s", Number(count), o))
				if o.Mended() {
					mended += count
				}
			}
		}
		v.Became = strings.Join(became, ", ")
		v.Level = LevelOfState(s, slices.Contains(r.Run.FailOn, s))
		if mended == n {
			v.Level = Good
		}
		views = append(views, v)
	}
	return views
}

// findingView is what is shown of a finding without a script.
type findingView struct {
	State                                                 plan.State
	Level                                                 Level
	Attached, Name, Digest, Pair, Outcome, Reason, Verify string
}

// first takes the findings that are shown without a script: what counts before
// the rest.
func (v *view) first() {
	for _, counting := range []bool{true, false} {
		for i := range v.report.Pairs {
			p := &v.report.Pairs[i]
			for j := range p.Findings {
				if len(v.First) == intake.ShownFindings {
					return
				}
				if f := &p.Findings[j]; v.report.Counts(f) == counting {
					v.First = append(v.First, v.finding(p, f))
				}
			}
		}
	}
}

func (v *view) finding(p *report.Pair, f *report.Finding) findingView {
	shown := findingView{
		State: f.State, Level: LevelOfState(f.State, v.report.Counts(f)), Name: Brief(f.Image), Digest: f.Subject.String(),
		Pair: Brief(p.Name), Outcome: Brief(string(f.Outcome)), Reason: Brief(f.Reason), Verify: v.report.Verification(p, f),
	}
	if len(f.Tags) > 0 {
		shown.Name = Brief(f.Image + ":" + strings.Join(f.Tags, ","))
	}
	if f.Outcome.Mended() {
		shown.Level = Good
	}
	if f.Attachment != nil {
		shown.Attached = f.Family.String()
	}
	return shown
}
