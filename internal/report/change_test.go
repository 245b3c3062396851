package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// noted is a report in a small notation: "pair: image state outcome, image state
// outcome; pair: ! error".
func noted(t *testing.T, notation string) *report.Report {
	t.Helper()
	r := &report.Report{Schema: report.Schema, Totals: report.NewTotals()}
	r.Run.ID, r.Run.FailOn = "run", []plan.State{plan.Missing, plan.Unknown}
	for part := range strings.SplitSeq(notation, "; ") {
		name, list, _ := strings.Cut(part, ": ")
		if name == "" {
			continue
		}
		p := report.Pair{Name: name, Totals: report.NewTotals()}
		for item := range strings.SplitSeq(list, ", ") {
			if why, broken := strings.CutPrefix(item, "! "); broken {
				p.Error = why
				continue
			}
			var image, state, outcome string
			if _, err := fmt.Sscan(item, &image, &state, &outcome); err != nil {
				continue
			}
			s, err := plan.ParseState(state)
			if err != nil {
				t.Fatal(err)
			}
			p.Findings = append(p.Findings, report.Finding{
				Image: image, Subject: oci.FromBytes([]byte(image)), State: s, Outcome: report.Outcome(outcome),
			})
		}
		r.Pairs = append(r.Pairs, p)
	}
	return r
}

// told is what a difference says, in a line for each change.
func told(d *report.Difference) string {
	var b strings.Builder
	for _, p := range d.Pairs {
		for _, c := range p.Changes {
			_, _ = fmt.Fprintf(&b, "%s: %s %s", p.Name, c.Kind, c.Finding.Image)
			if c.From != nil {
				_, _ = fmt.Fprintf(&b, " from %s", c.From)
			}
			if c.To != nil {
				_, _ = fmt.Fprintf(&b, " to %s", c.To)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name, before, after, want string
		worse                     int
		equal                     bool
	}{
		{name: "the same", before: "p: a missing planned, b stale none", after: "p: a missing failed, b stale none", equal: true},
		{name: "appeared", before: "p: a stale none", after: "p: a stale none, b missing none", want: "p: appeared b to missing\n", worse: 1},
		{name: "appeared and does not count", before: "p: ", after: "p: b unsigned none", want: "p: appeared b to unsigned\n"},
		{name: "mended", before: "p: a missing planned", after: "p: a missing copied", want: "p: mended a from missing\n"},
		{name: "gone", before: "p: a missing planned", after: "p: ", want: "p: mended a from missing\n"},
		{name: "in sync", before: "p: a missing planned", after: "p: a in-sync none", want: "p: mended a from missing\n"},
		{name: "lost again", before: "p: a missing copied", after: "p: a missing planned", want: "p: appeared a to missing\n", worse: 1},
		{name: "changed to what counts", before: "p: a stale none", after: "p: a missing none", want: "p: changed a from stale to missing\n", worse: 1},
		{name: "changed to what does not count", before: "p: a missing none", after: "p: a stale none", want: "p: changed a from missing to stale\n"},
		{name: "a pair that cannot be done", before: "p: a missing none", after: "p: ! outage", want: "p: unseen a from missing\n", worse: 1},
		{name: "a pair that can be done again", before: "p: ! outage", after: "p: a missing none", want: "p: appeared a to missing\n", worse: 1},
		{name: "a pair that still cannot be done", before: "p: ! outage", after: "p: ! outage", equal: true},
		{name: "a pair that is not there", before: "p: a missing none; q: b stale none", after: "p: a missing none", want: "q: unseen b from stale\n"},
		{name: "another pair", before: "p: ", after: "p: ; q: a missing none", want: "q: appeared a to missing\n", worse: 1},
		{name: "what counts comes first", before: "p: z stale none", after: "p: a unsigned none, b missing none, z unknown none",
			want: "p: appeared b to missing\np: appeared a to unsigned\np: changed z from stale to unknown\n", worse: 2},
	} {
		d := report.Compare(noted(t, c.before), noted(t, c.after))
		if diff := cmp.Diff(c.want, told(d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if d.Worse != c.worse || d.Equal() != c.equal {
			t.Errorf("%s: worse = %d, equal = %t, want %d and %t", c.name, d.Worse, d.Equal(), c.worse, c.equal)
		}
	}
}

// What the second run did not look for is not called mended.
func TestCompareOfRunsThatLookedAtLess(t *testing.T) {
	for _, c := range []struct {
		name, before, after, want string
		mode                      report.Mode
		images                    []string
	}{
		{name: "other images", before: "p: team/a missing planned, b missing planned", after: "p: ", images: []string{"team/**"},
			want: "p: unseen b from missing\np: mended team/a from missing\n"},
		{name: "no such images", before: "p: a missing planned", after: "p: ", images: []string{"team/*", "b"}, want: "p: unseen a from missing\n"},
		{name: "a plan carried out", before: "p: a missing planned, b stale none", after: "p: a missing copied", mode: report.ModeApply,
			want: "p: unseen b from stale\np: mended a from missing\n"},
		{name: "a plan that was refused", before: "p: a missing planned", after: "p: a missing held", mode: report.ModeApply},
	} {
		after := noted(t, c.after)
		after.Run.Mode, after.Run.Images = c.mode, c.images
		d := report.Compare(noted(t, c.before), after)
		if diff := cmp.Diff(c.want, told(d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func changes() *report.Difference {
	before, after := sample(), sample()
	after.Run.ID = "run-2"
	p := &after.Pairs[0]
	p.Findings[1].Outcome = report.Copied
	p.Findings[2].State = plan.Missing
	p.Findings[0].Outcome = report.Failed
	p.Totals.Coverage.Signed, p.Totals.Coverage.Missing = 4, 1
	after.Pairs[1].Error = "source dve: unreachable"
	after.Pairs = append(after.Pairs, report.Pair{Name: "new", Totals: report.NewTotals()})
	return report.Compare(before, after)
}

func TestDifferenceForms(t *testing.T) {
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"diff.txt": func(b *bytes.Buffer) error { return report.DifferenceText(b, changes(), report.TextOptions{Most: 2}) },
		"diff.md": func(b *bytes.Buffer) error {
			return report.DifferenceMarkdown(b, changes(), report.MarkdownOptions{Most: 2})
		},
		"diff.json": func(b *bytes.Buffer) error { return report.DifferenceJSON(b, changes()) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := encode(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.Bytes())
		})
	}
}
