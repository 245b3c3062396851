package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
)

// MarkdownOptions steer the form for merge requests and wikis.
type MarkdownOptions struct {
	// Most is how many findings of a pair are listed; 0 is all.
	Most int
}

// Markdown writes the report in GitHub Flavored Markdown. Names and words from
// outside are no markup there: they link to nothing and mention nobody.
func Markdown(w io.Writer, r *Report, o MarkdownOptions) error {
	m := &markdown{options: o, report: r}
	m.line("# sigsync %s: %s", word(string(r.Run.Mode)), headline(r))
	m.line("")
	m.line("%s", word(r.Verdict()))
	if r.Run.Stopped != nil && !r.Run.Interrupted {
		m.line("")
		m.line("Nothing more was begun: %s.", word(r.Run.Stopped.Reason))
	}
	if narrowed := r.Run.Narrowed(); narrowed != "" {
		m.line("\n%s", word(narrowed))
	}
	m.line("")
	part := r.Run.Part()
	if part != "" {
		part = " " + part
	}
	m.line("Run %s%s, finished %s.", code(r.Run.ID), part, r.Run.Finished.UTC().Format("2006-01-02 15:04:05 UTC"))
	m.pairs()
	for i := range r.Pairs {
		m.pair(&r.Pairs[i])
	}
	if _, err := io.WriteString(w, m.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// markdown is a report in the making.
type markdown struct {
	strings.Builder
	options MarkdownOptions
	report  *Report
}

func (m *markdown) line(format string, args ...any) { _, _ = fmt.Fprintf(m, format+"\n", args...) } // a Builder takes everything

func (m *markdown) row(cells ...string) { m.line("| %s |", strings.Join(cells, " | ")) }

func (m *markdown) head(left int, titles ...string) {
	m.row(titles...)
	rules := make([]string, len(titles))
	for i := range rules {
		rules[i] = "---:"
		if i < left {
			rules[i] = "---"
		}
	}
	m.row(rules...)
}

func headline(r *Report) string {
	switch r.Run.ExitCode {
	case ExitOK:
		return "nothing that counts is left"
	case ExitLeft:
		return "something needs attention"
	case ExitInterrupted:
		return "interrupted"
	default:
		return "not all of the work was done"
	}
}

// pairs is the table of how far signatures cover each pair.
func (m *markdown) pairs() {
	if len(m.report.Pairs) == 0 {
		return
	}
	m.line("\n## Coverage\n")
	m.head(2, slices.Concat([]string{"Pair", "Repositories"}, coverageTitles())...)
	for i := range m.report.Pairs {
		p := &m.report.Pairs[i]
		m.row(slices.Concat([]string{code(p.Name), code(p.Source.Repository) + " → " + code(p.Target.Repository)}, m.counts(p))...)
	}
}

func (m *markdown) counts(p *Pair) []string {
	if p.Error != "" {
		return []string{"could not be done", "", "", "", "", "", "", "", "", ""}
	}
	if whose := m.report.Elsewhere(p); whose != "" {
		return []string{whose, "", "", "", "", "", "", "", "", ""}
	}
	counts := covered(p.Totals.Coverage)
	counts[0] = strconv.Itoa(p.Totals.Subjects) // also in reports that count no more
	return counts
}

func coverageTitles() []string {
	return []string{
		"Subjects", "Signed at target", "", "Missing", "Stale", "Diverged", "Suspect", "Unsigned everywhere", "Unknown", "Untagged",
	}
}

func covered(c Coverage) []string {
	if c.Subjects == 0 {
		return []string{"0", "", "", "", "", "", "", "", "", ""}
	}
	cells := []string{strconv.Itoa(c.Subjects), strconv.Itoa(c.Signed), strconv.Itoa(c.Percent()) + " %"}
	for _, n := range []int{c.Missing, c.Stale, c.Diverged, c.Suspect, c.Unsigned, c.Unknown, c.Untagged} {
		cells = append(cells, strconv.Itoa(n))
	}
	return cells
}

func (m *markdown) pair(p *Pair) {
	m.line("\n## %s", code(p.Name))
	if p.Error != "" {
		m.line("\nCould not be done: %s", word(p.Error))
		return
	}
	if whose := m.report.Elsewhere(p); whose != "" {
		m.line("\nNot looked at: %s.", whose)
		return
	}
	if p.Unread > 0 {
		m.line("\n%s", word(unread(p.Unread)))
	}
	m.prefixes(p)
	m.states(p)
	m.findings(p)
}

// prefixes is the table of how far signatures cover each team's images; nobody
// needs it where there is one.
func (m *markdown) prefixes(p *Pair) {
	if len(p.Prefixes) < 2 {
		return
	}
	m.line("")
	m.head(1, slices.Concat([]string{"Images"}, coverageTitles())...)
	for _, at := range p.Prefixes {
		name := "without a prefix"
		if at.Prefix != "" {
			name = code(at.Prefix + "/")
		}
		m.row(slices.Concat([]string{name}, covered(at.Coverage))...)
	}
}

func (m *markdown) states(p *Pair) {
	if !slices.ContainsFunc(plan.States(), func(s plan.State) bool { return p.Totals.States[s] > 0 }) {
		return
	}
	m.line("")
	m.row("State", "Attachments", "What became of them")
	m.row("---", "---:", "---")
	for _, s := range plan.States() {
		if n := p.Totals.States[s]; n > 0 {
			m.row(s.String(), strconv.Itoa(n), strings.Trim(became(*p, s), " ()"))
		}
	}
}

func (m *markdown) findings(p *Pair) {
	var open []*Finding
	for i := range p.Findings {
		if f := &p.Findings[i]; f.Open() {
			open = append(open, f)
		}
	}
	// What counts comes first.
	slices.SortStableFunc(open, func(a, b *Finding) int { return -compareBool(m.report.Counts(a), m.report.Counts(b)) })
	if len(open) == 0 {
		m.line("\nNothing is left.")
		return
	}
	shown := open
	if m.options.Most > 0 && len(open) > m.options.Most {
		shown = open[:m.options.Most]
	}
	m.line("")
	m.head(7, "State", "Image", "Subject", "Attachment", "Outcome", "Reason", "Verify")
	for _, f := range shown {
		name := f.Image
		if len(f.Tags) > 0 {
			name += ":" + strings.Join(f.Tags, ",")
		}
		m.row(f.State.String(), code(name), code(f.Subject.Short()), word(attached(*f)), string(f.Outcome), word(f.Reason),
			code(m.report.Verification(p, f)))
	}
	if more := len(open) - len(shown); more > 0 {
		m.line("\nAnd %d more; the JSON report lists all.", more)
	}
}

// code is a text in the form of code, for a table too: no markup works in it.
func code(text string) string {
	text = printable.Line(text)
	switch {
	case text == "":
		return ""
	case strings.ContainsAny(text, "`|\\"):
		return "<code>" + word(text) + "</code>"
	default:
		return "`" + text + "`"
	}
}

// word is a text in which nothing is markup: neither Markdown, nor HTML, nor what
// GitHub makes links and mentions of.
func word(text string) string {
	text = entities(printable.Line(strings.ReplaceAll(text, "\n", "; ")))
	return strings.NewReplacer("://", "&#58;//", "www.", "www&#46;").Replace(text)
}

// entities writes as character references what may be markup.
func entities(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("`|\\*_{}[]<>()#+!~@&$\"'", r) {
			_, _ = fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
