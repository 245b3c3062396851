package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/report"
)

func newReportDiff(env environment) *cobra.Command {
	form := diffForms()[0]
	c := &cobra.Command{
		Use:   "diff A.json B.json",
		Short: "Say what changed between two saved reports",
		Long: `diff says what changed from report A to report B, of what they have left: what
appeared, what was mended or is gone, what is in another state, and what could not be
seen again. One of the files may be -, standard input.

Exit codes: 0 nothing that counts is worse in B, 1 the answer could not be written,
2 wrong usage or no such report, 3 B has something left in a state of its fail_on
that A had not, or a pair of B can no longer be done.`,
		Args: takes("a report that was saved as JSON", "a later one"),
		RunE: func(_ *cobra.Command, args []string) error { return diff(env, form, args[0], args[1]) },
	}
	c.Flags().StringVarP(&form, "output", "o", form, "`form` of the answer: "+either(diffForms()))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(diffForms(), cobra.ShellCompDirectiveNoFileComp)) // the flag is there
	c.ValidArgsFunction = savedReports(2)
	return c
}

// diffForms are all of them, the default first.
func diffForms() []string { return []string{"text", "json", "markdown"} }

func diff(env environment, form, before, after string) error {
	if !slices.Contains(diffForms(), form) {
		return usage(fmt.Errorf("--output %q: expected %s", form, either(diffForms())))
	}
	if before == "-" && after == "-" {
		return usage(errors.New("only one of the reports can come from standard input"))
	}
	a, err := savedReport(env, before)
	if err != nil {
		return err
	}
	b, err := savedReport(env, after)
	if err != nil {
		return err
	}
	if a.Run.Part() != b.Run.Part() && (a.Run.Shard != nil || b.Run.Shard != nil) {
		return usage(fmt.Errorf("%s is %s, and %s is %s: compare the same shard of both runs, or merge the shards first "+
			"(sigsync report merge)", before, partOf(a), after, partOf(b)))
	}
	d := report.Compare(a, b)
	if err := writeDiff(env, form, d); err != nil {
		return failed(err)
	}
	if d.Worse > 0 {
		return exitError{code: report.ExitLeft}
	}
	return nil
}

func writeDiff(env environment, form string, d *report.Difference) error {
	switch form {
	case "json":
		return report.DifferenceJSON(env.stdout, d)
	case "markdown":
		return report.DifferenceMarkdown(env.stdout, d, report.MarkdownOptions{Most: mostFindings})
	default:
		return report.DifferenceText(env.stdout, d, report.TextOptions{Colour: colourful(env), Most: mostFindings})
	}
}

// partOf says what a report is of.
func partOf(r *report.Report) string {
	if r.Run.Shard == nil {
		return "of all images"
	}
	return r.Run.Part()
}
