package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
)

// TextOptions steer the form for people.
type TextOptions struct {
	// Colour uses a terminal's colours.
	Colour bool
	// Most is how many findings of one state of a pair are listed; 0 is all.
	Most int
}

// Text writes the report for people: per pair a table of counts, then what
// needs attention, then how the run ended and what that means.
func Text(w io.Writer, r *Report, o TextOptions) error {
	t := &text{options: o, report: r}
	for _, p := range r.Pairs {
		t.pair(p)
	}
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

func (t *text) pair(p Pair) {
	t.line("%s: %s -> %s", t.paint(bold, printable.Line(p.Name)), printable.Line(p.Source.Repository), printable.Line(p.Target.Repository))
	if p.Error != "" {
		t.line("  %s %s", t.paint(red, "could not be done:"), strings.ReplaceAll(printable.Lines(p.Error), "\n", "\n  "))
		t.line("")
		return
	}
	if whose := t.report.Elsewhere(&p); whose != "" {
		t.line("  %s", whose)
		t.line("")
		return
	}
	t.counts(p)
	t.attention(p)
	if p.Unread > 0 {
		t.line("")
		t.line("  %s", t.paint(dim, unread(p.Unread)))
	}
	t.line("")
}

// unread says of images what is not known of them.
func unread(n int) string {
	return plural(n, "tagged image") + " without a .sig tag: whether a referrer that both sides have signs them was not looked at " +
		"(referrers: always looks, and a cache.dir makes it cheap)"
}

// counts is the table of states with what became of them.
func (t *text) counts(p Pair) {
	t.line("  %s", plural(p.Totals.Subjects, "subject"))
	t.coverage(p)
	if len(p.Findings) == 0 && !slices.ContainsFunc(plan.States(), func(s plan.State) bool { return p.Totals.States[s] > 0 }) {
		return
	}
	t.line("")
	table := tabwriter.NewWriter(t, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, s := range plan.States() {
		if n := p.Totals.States[s]; n > 0 {
			// The cell for the eye comes last: colours would count as width.
			_, _ = fmt.Fprintf(table, "    %d\t %s\n", n, t.paint(t.colour(s), s.String())+became(p, s))
		}
	}
	_ = table.Flush()
}

// mostPrefixes is how many prefixes of images are listed where not all findings
// are: the least covered.
const mostPrefixes = 10

// coverage says how far signatures cover the pair, and the images of each prefix.
func (t *text) coverage(p Pair) {
	if p.Totals.Coverage.Subjects > 0 {
		t.line("  %s", coverageText(p.Totals.Coverage))
	}
	if len(p.Prefixes) < 2 {
		return
	}
	shown := slices.SortedStableFunc(slices.Values(p.Prefixes), func(a, b PrefixCoverage) int {
		return cmp.Compare(b.Expected()-b.Signed, a.Expected()-a.Signed)
	})
	if t.options.Most > 0 {
		shown = shown[:min(len(shown), mostPrefixes)]
	}
	var names []string
	for _, at := range shown {
		names = append(names, printable.Line(prefixName(at.Prefix)))
	}
	width := column(names)
	for i, at := range shown {
		t.line("    %-*s  %s", width, names[i], coverageText(at.Coverage))
	}
	if more := len(p.Prefixes) - len(shown); more > 0 {
		t.line("    %s", t.paint(dim, fmt.Sprintf("and %d more; the JSON report lists all", more)))
	}
}

// widestColumn is how wide a column gets, in characters, so that a line with more
// to say fits into the 80 of a terminal.
const widestColumn = 48

// column is the width that aligns what comes behind such texts. A longer one
// sticks out: it is no reason to move all others.
func column(texts []string) int {
	width := 0
	for _, text := range texts {
		if n := utf8.RuneCountInString(text); n <= widestColumn {
			width = max(width, n)
		}
	}
	return width
}

// became says what became of the relations of one state.
func became(p Pair, s plan.State) string {
	counts := map[Outcome]int{}
	for _, f := range p.Findings {
		if f.State == s && f.Outcome != None {
			counts[f.Outcome]++
		}
	}
	var parts []string
	for _, o := range Outcomes() {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[o], o))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// attention lists what is left, the states that matter to the exit code first.
func (t *text) attention(p Pair) {
	byState := map[plan.State][]Finding{}
	for _, f := range p.Findings {
		if !f.Outcome.Mended() {
			byState[f.State] = append(byState[f.State], f)
		}
	}
	states := slices.SortedFunc(maps.Keys(byState), func(a, b plan.State) int {
		return cmp.Or(-compareBool(t.failsOn(a), t.failsOn(b)), cmp.Compare(a, b))
	})
	for _, s := range states {
		t.line("")
		t.findings(s, byState[s])
	}
}

func (t *text) findings(s plan.State, all []Finding) {
	shown := all
	if t.options.Most > 0 && len(all) > t.options.Most {
		shown = all[:t.options.Most]
	}
	var names []string
	for _, f := range shown {
		names = append(names, reference(f))
	}
	width := column(names)
	for i, f := range shown {
		line := fmt.Sprintf("  %s  %-*s", t.paint(t.colour(s), s.String()), width, names[i])
		if name := attached(f); name != "" {
			line += "  " + name
		}
		if f.Outcome != None {
			line += "  " + string(f.Outcome)
		}
		t.line("%s", strings.TrimRight(line, " "))
		if f.Reason != "" {
			t.line("    %s", t.paint(dim, printable.Line(f.Reason)))
		}
	}
	if more := len(all) - len(shown); more > 0 {
		t.line("  %s", t.paint(dim, fmt.Sprintf("and %d more %s; the JSON report lists all", more, s)))
	}
}

// reference names a subject as people do: image, tags, short digest.
func reference(f Finding) string {
	s := f.Image
	if len(f.Tags) > 0 {
		s += ":" + strings.Join(f.Tags, ",")
	}
	if !f.Subject.IsZero() {
		s += "@" + f.Subject.Short()
	}
	return printable.Line(s)
}

func attached(f Finding) string {
	if f.Attachment == nil && !f.Subject.IsZero() {
		return ""
	}
	name := f.Family.String()
	if f.Attachment != nil && f.Attachment.Tag == "" && !f.Attachment.Digest.IsZero() {
		name += " " + f.Attachment.Digest.Short() // there may be many referrers, and none has a name
	}
	return name
}

func (t *text) end() {
	r := t.report
	took := r.Run.Finished.Sub(r.Run.Started).Round(time.Millisecond)
	mode := printable.Line(string(r.Run.Mode))
	if part := r.Run.Part(); part != "" {
		mode += " " + part
	}
	t.line("%s in %s: %s; %s%s.", mode, took, t.summary(), plural(r.Requests.Total, "request"), operations(r.Requests))
	if narrowed := r.Run.Narrowed(); narrowed != "" {
		t.line("%s", printable.Line(narrowed))
	}
	if r.Run.Stopped != nil && !r.Run.Interrupted {
		t.line("%s", t.paint(yellow, "Nothing more was begun: "+printable.Line(r.Run.Stopped.Reason)+"."))
	}
	t.line("%s", t.verdict())
}

func (t *text) summary() string {
	var parts []string
	for _, o := range Outcomes() {
		if n := t.report.Totals.Outcomes[o]; n > 0 && o != None {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if n := t.broken(); n > 0 {
		parts = append(parts, plural(n, "pair")+" could not be done")
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return strings.Join(parts, ", ")
}

func (t *text) broken() int {
	n := 0
	for _, p := range t.report.Pairs {
		if p.Error != "" {
			n++
		}
	}
	return n
}

func operations(r Requests) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(r.ByOperation)) {
		if n := r.ByOperation[name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, printable.Line(name)))
		}
	}
	if r.Retries > 0 {
		parts = append(parts, fmt.Sprintf("%d of them repeated", r.Retries))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// verdict is the report's, in the colour of its exit code.
func (t *text) verdict() string {
	switch t.report.Run.ExitCode {
	case ExitOK:
		return t.paint(green, t.report.Verdict())
	case ExitLeft:
		return t.paint(yellow, t.report.Verdict())
	default:
		return t.paint(red, t.report.Verdict())
	}
}

func (t *text) failsOn(s plan.State) bool { return slices.Contains(t.report.Run.FailOn, s) }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}
