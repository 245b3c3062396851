package planfile

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/printable"
)

// Text writes what a plan would do for people, at most so many items of each
// pair.
func Text(w io.Writer, f *File, most int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Plan %s of %s, by sigsync %s: %s.\n",
		printable.Line(f.ID), f.Created.UTC().Format(time.RFC3339), printable.Line(f.Version), Summary(f))
	for i := range f.Pairs {
		p := &f.Pairs[i]
		if len(p.Items) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s: %s -> %s\n", printable.Line(p.Name), printable.Line(p.Source.Repository), printable.Line(p.Target.Repository))
		for n := range p.Items[:min(most, len(p.Items))] {
			b.WriteString("  " + p.Items[n].line() + "\n")
		}
		if more := len(p.Items) - most; more > 0 {
			fmt.Fprintf(&b, "  and %d more\n", more)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary says in words how much a plan would do.
func Summary(f *File) string {
	counts := map[Action]int{}
	for i := range f.Pairs {
		for n := range f.Pairs[i].Items {
			counts[f.Pairs[i].Items[n].Action]++
		}
	}
	var parts []string
	for _, a := range Actions() {
		if counts[a] > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", counts[a], a))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing to do")
}

func (i *Item) line() string {
	subject := i.Image
	if len(i.Tags) > 0 {
		subject += ":" + strings.Join(i.Tags, ",")
	}
	name := i.Family.String()
	if i.Attachment.Tag == "" {
		name += " " + i.Result.Short()
	}
	return printable.Line(fmt.Sprintf("%-6s  %s@%s  %s", i.Action, subject, i.Subject.Short(), name))
}
