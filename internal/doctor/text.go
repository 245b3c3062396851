package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/printable"
)

// TextOptions steer the form for people.
type TextOptions struct {
	// Colour uses a terminal's colours.
	Colour bool
}

// Text writes the report for people: under each subject a line for each check,
// and what to do below it; then what it comes to.
func Text(w io.Writer, r *Report, o TextOptions) error {
	t := &text{options: o, report: r}
	t.checks()
	t.end()
	if _, err := io.WriteString(w, t.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// text is a report in the making.
type text struct {
	strings.Builder
	options TextOptions
	report  *Report
}

func (t *text) line(format string, args ...any) { _, _ = fmt.Fprintf(t, format+"\n", args...) } // a Builder takes everything

// widest is how many characters the longest ID has.
const widest = len("package-type")

func (t *text) checks() {
	var subject Subject
	for i, c := range t.report.Checks {
		if i == 0 || c.Subject != subject {
			if i > 0 {
				t.line("")
			}
			subject = c.Subject
			t.line("%s", t.paint(bold, printable.Line(t.title(subject))))
		}
		// Padded before it is painted: colours would count as width.
		t.line("  %s  %-*s  %s", t.paint(colourOf(c.Outcome), fmt.Sprintf("%-7s", c.Outcome)), widest, c.ID, c.Seen)
		if c.Advice != "" {
			t.line("  %7s  %*s  %s", "", widest, "", "-> "+c.Advice)
		}
	}
}

func (t *text) title(s Subject) string {
	switch s.Kind {
	case KindServer:
		at := slices.IndexFunc(t.report.Servers, func(n ServerNote) bool { return n.Name == s.Server })
		if at < 0 {
			return "server " + s.Server
		}
		return fmt.Sprintf("server %s: %s", s.Server, t.report.Servers[at].URL)
	case KindRepository:
		return fmt.Sprintf("repository %s on %s%s", s.Repository, s.Server, t.roles(End{s.Server, s.Repository}))
	default:
		at := slices.IndexFunc(t.report.Pairs, func(n PairNote) bool { return n.Name == s.Pair })
		if at < 0 {
			return "pair " + s.Pair
		}
		p := t.report.Pairs[at]
		return fmt.Sprintf("pair %s: %s -> %s", s.Pair, p.Source.Repository, p.Target.Repository)
	}
}

// roles says what pairs have a repository for.
func (t *text) roles(e End) string {
	var roles []string
	if slices.ContainsFunc(t.report.Pairs, func(p PairNote) bool { return p.Source == e }) {
		roles = append(roles, "source")
	}
	if slices.ContainsFunc(t.report.Pairs, func(p PairNote) bool { return p.Target == e }) {
		roles = append(roles, "target")
	}
	if len(roles) == 0 {
		return ""
	}
	return " (" + strings.Join(roles, " and ") + ")"
}

func (t *text) end() {
	var parts []string
	for _, o := range Outcomes() {
		if n := t.report.Totals[o]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	nothing := "Nothing keeps a run from its work"
	if t.report.Totals[Unknown] > 0 {
		nothing = "Nothing that could be tested keeps a run from its work"
	}
	t.line("")
	t.line("%d checks: %s.", len(t.report.Checks), strings.Join(parts, ", "))
	switch {
	case t.report.ExitCode != exitOK:
		t.line("%s", t.paint(red, "A check failed: see what to do about it (exit code 1)."))
	case t.report.Totals[Warning] > 0:
		t.line("%s", t.paint(yellow, nothing+"; see the warnings (exit code 0)."))
	case t.report.Totals[Unknown] > 0:
		t.line("%s", t.paint(green, nothing+"; see what is unknown (exit code 0)."))
	default:
		t.line("%s", t.paint(green, "Nothing keeps a run from its work (exit code 0)."))
	}
}

// colour is an ANSI "select graphic rendition" parameter (ECMA-48).
type colour string

const (
	bold   colour = "1"
	dim    colour = "2"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
)

func (t *text) paint(c colour, s string) string {
	if !t.options.Colour {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

func colourOf(o Outcome) colour {
	switch o {
	case OK:
		return green
	case Warning:
		return yellow
	case Failed:
		return red
	default:
		return dim
	}
}
