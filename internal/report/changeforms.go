package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sigsync/sigsync/internal/printable"
)

// DifferenceJSON writes the difference in the form of DifferenceSchema.
func DifferenceJSON(w io.Writer, d *Difference) error {
	text, err := printable.Indented(d)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("write difference: %w", err)
	}
	return nil
}

// DifferenceText writes the difference for people.
func DifferenceText(w io.Writer, d *Difference, o TextOptions) error {
	t := &text{options: o, report: &Report{Run: d.After}}
	t.line("%s -> %s", runName(d.Before), runName(d.After))
	for i := range d.Pairs {
		t.difference(&d.Pairs[i])
	}
	t.line("")
	t.line("%s", d.verdict())
	if _, err := io.WriteString(w, t.String()); err != nil {
		return fmt.Errorf("write difference: %w", err)
	}
	return nil
}

func runName(r Run) string {
	name := fmt.Sprintf("%s %s (%s)", r.Mode, r.ID, r.Finished.UTC().Format("2006-01-02 15:04:05 UTC"))
	if len(r.Images) > 0 {
		name += " of " + strings.Join(r.Images, ", ")
	}
	return printable.Line(name)
}

// verdict says in a sentence whether it is worse than before.
func (d *Difference) verdict() string {
	switch {
	case d.Equal():
		return "Exit 0: nothing changed."
	case d.Worse == 1:
		return "Exit 3: one thing is worse than before."
	case d.Worse > 1:
		return fmt.Sprintf("Exit 3: %d things are worse than before.", d.Worse)
	default:
		return "Exit 0: nothing that counts is worse than before."
	}
}

func (t *text) difference(p *PairDifference) {
	t.line("")
	t.line("%s: %s", t.paint(bold, printable.Line(p.Name)), p.summary())
	for _, line := range p.remarks() {
		t.line("  %s", printable.Line(line))
	}
	shown := 0
	for _, c := range p.Changes {
		if t.options.Most > 0 && shown == t.options.Most {
			t.line("  %s", t.paint(dim, fmt.Sprintf("and %d more; the JSON form lists all", len(p.Changes)-shown)))
			break
		}
		shown++
		line := fmt.Sprintf("  %s  %s", t.paint(c.colour(), c.what()), reference(c.Finding))
		if name := attached(c.Finding); name != "" {
			line += "  " + name
		}
		t.line("%s", line)
		if c.To != nil && c.Finding.Reason != "" {
			t.line("    %s", t.paint(dim, printable.Line(c.Finding.Reason)))
		}
	}
}

// what is the kind of the change with its states.
func (c Change) what() string {
	switch c.Kind {
	case Appeared:
		return fmt.Sprintf("%s %s", c.Kind, c.To)
	case Changed:
		return fmt.Sprintf("%s %s -> %s", c.Kind, c.From, c.To)
	default:
		return fmt.Sprintf("%s %s", c.Kind, c.From)
	}
}

func (c Change) colour() colour {
	switch {
	case c.Counts:
		return red
	case c.Kind == Gone:
		return green
	case c.Kind == Unseen:
		return yellow
	default:
		return dim
	}
}

// summary counts the changes of a pair.
func (p *PairDifference) summary() string {
	if p.equal() {
		return "no change"
	}
	counts := p.counts()
	var parts []string
	for _, kind := range kinds() {
		if n := counts[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	if len(parts) == 0 {
		return "nothing that is left changed"
	}
	return strings.Join(parts, ", ")
}

// remarks are what there is to say of a pair beside its findings.
func (p *PairDifference) remarks() []string {
	var all []string
	switch {
	case p.NotBefore:
		all = append(all, "the first report does not have this pair")
	case p.NotAfter:
		all = append(all, "the second report does not have this pair")
	}
	if p.ErrorBefore != p.ErrorAfter {
		if p.ErrorBefore != "" {
			all = append(all, "could not be done before: "+oneLine(p.ErrorBefore))
		}
		if p.ErrorAfter != "" {
			all = append(all, "cannot be done now: "+oneLine(p.ErrorAfter))
		}
	}
	if b, a := p.CoverageBefore, p.CoverageAfter; b != a && b.Subjects > 0 && a.Subjects > 0 {
		all = append(all, fmt.Sprintf("signed at the target %d of %d before, %d of %d now; unsigned everywhere %d before, %d now",
			b.Signed, b.Expected(), a.Signed, a.Expected(), b.Unsigned, a.Unsigned))
	}
	for _, s := range p.states() {
		if n := p.Left[s]; n.Before != n.After {
			all = append(all, fmt.Sprintf("%s: %d before, %d now", s, n.Before, n.After))
		}
	}
	return all
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }

// DifferenceMarkdown writes the difference in GitHub Flavored Markdown.
func DifferenceMarkdown(w io.Writer, d *Difference, o MarkdownOptions) error {
	m := &markdown{options: o}
	m.line("# sigsync: what changed")
	m.line("\n%s", word(d.verdict()))
	m.line("\nFrom %s to %s.", code(runName(d.Before)), code(runName(d.After)))
	for i := range d.Pairs {
		m.difference(&d.Pairs[i])
	}
	if _, err := io.WriteString(w, m.String()); err != nil {
		return fmt.Errorf("write difference: %w", err)
	}
	return nil
}

func (m *markdown) difference(p *PairDifference) {
	m.line("\n## %s\n\n%s", code(p.Name), word(p.summary()))
	if remarks := p.remarks(); len(remarks) > 0 {
		m.line("")
		for _, line := range remarks {
			m.line("- %s", word(line))
		}
	}
	if len(p.Changes) == 0 {
		return
	}
	shown := p.Changes
	if m.options.Most > 0 && len(shown) > m.options.Most {
		shown = shown[:m.options.Most]
	}
	m.line("")
	m.head(5, "Change", "Image", "Subject", "Attachment", "Reason")
	for _, c := range shown {
		f := &c.Finding
		name := f.Image
		if len(f.Tags) > 0 {
			name += ":" + strings.Join(f.Tags, ",")
		}
		m.row(word(c.what()), code(name), code(f.Subject.Short()), word(attached(*f)), word(f.Reason))
	}
	if more := len(p.Changes) - len(shown); more > 0 {
		m.line("\nAnd %d more; the JSON form lists all.", more)
	}
}
