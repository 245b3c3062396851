package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
	"github.com/sigsync/sigsync/internal/report"
)

func newReportMerge(env environment) *cobra.Command {
	o := &output{}
	c := &cobra.Command{
		Use:   "merge FILE.json...",
		Short: "Make one report of those of all shards, or of different pairs",
		Long: `merge makes of the reports of all shards (--shard i/n) the report that one run would
have made, or of the reports of runs over different pairs one of all pairs. What it
prints and writes is a report as any other: report and report diff take it. One of the
files may be -, standard input.

It refuses a shard that is missing or there twice, and reports that differ in command,
shards, pairs, repositories, servers or fail_on.

The exit code says whether that could be done, not what the report says, which has its
own in run.exit_code: 0 it could, 1 it could not be written, 2 wrong usage, no such
report, or reports that do not make a whole.`,
		Example: `  sigsync report merge reports/*.json --report merged.json
  sigsync report merge shard-0.json shard-1.json -o html >audit.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return merge(env, o, args) },
	}
	o.register(c.Flags())
	c.ValidArgsFunction = savedReports(intake.Shards)
	return c
}

func merge(env environment, o *output, files []string) error {
	read := make([]claim, len(files))
	for i, file := range files {
		read[i] = claim{file, "a report that is merged"}
	}
	if err := o.check(env, read...); err != nil {
		return err
	}
	if first := slices.Index(files, "-"); first >= 0 && slices.Contains(files[first+1:], "-") {
		return usage(errors.New("only one of the reports can come from standard input"))
	}
	saved, err := readAll(env, files)
	if err != nil {
		return err
	}
	merged, warnings, err := report.Merge(saved)
	if err != nil {
		return usage(err)
	}
	for _, w := range warnings {
		_, _ = fmt.Fprintf(env.stderr, "sigsync: warning: %s\n", printable.Line(w))
	}
	if err := o.write(env, merged); err != nil {
		return failed(err)
	}
	return nil
}

// readAll reads the reports. Together they are no more than one may be, because
// that is what becomes of them.
func readAll(env environment, files []string) ([]report.Saved, error) {
	saved := make([]report.Saved, 0, len(files))
	size := 0
	for _, file := range files {
		r, bytes, err := sizedReport(env, file)
		if err != nil {
			return nil, err
		}
		size += bytes
		if err := intake.Check("all of the reports", size, intake.MergedBytes, "bytes"); err != nil {
			return nil, usage(err)
		}
		saved = append(saved, report.Saved{Name: file, Report: r})
	}
	return saved, nil
}
