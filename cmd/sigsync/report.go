package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/report"
)

func newReport(env environment) *cobra.Command {
	o := &output{}
	c := &cobra.Command{
		Use:   "report FILE.json",
		Short: "Render a saved report again, compare two, or merge several",
		Long: `report renders a report that was saved as JSON (--report FILE.json) in any form. A
FILE of - is standard input. The exit code says whether that could be done, not what
the report says: 0 it could, 1 it could not, 2 wrong usage or no such report.`,
		Example: `  sigsync report audit.json -o html >audit.html
  sigsync report diff yesterday.json today.json
  sigsync report merge shard-*.json -o html >audit.html`,
		Args: takes("a report that was saved as JSON"),
		RunE: func(_ *cobra.Command, args []string) error { return renderAgain(env, o, args[0]) },
	}
	o.register(c.Flags())
	c.ValidArgsFunction = savedReports(1)
	c.AddCommand(newReportDiff(env), newReportMerge(env))
	return c
}

// savedReports completes that many arguments by the names of saved reports.
func savedReports(most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(given) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
	}
}

func renderAgain(env environment, o *output, file string) error {
	if err := o.check(env); err != nil {
		return err
	}
	r, err := savedReport(env, file)
	if err != nil {
		return err
	}
	if err := o.write(env, r); err != nil {
		return failed(err)
	}
	return nil
}

// savedReport reads a report from a file, or from standard input for "-".
func savedReport(env environment, file string) (*report.Report, error) {
	r, _, err := sizedReport(env, file)
	return r, err
}

// sizedReport tells how many bytes the report is, too.
func sizedReport(env environment, file string) (*report.Report, int, error) {
	if file == "-" {
		return savedIn(env.stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, usage(err)
	}
	defer func() { _ = f.Close() }()
	return savedIn(f, file)
}

func savedIn(from io.Reader, name string) (*report.Report, int, error) {
	if from == nil {
		return nil, 0, usage(errors.New("there is no standard input"))
	}
	count := &counted{from: from}
	r, err := report.Read(count)
	if err != nil {
		return nil, 0, usage(fmt.Errorf("%s: %w", name, err))
	}
	return r, count.bytes, nil
}

// counted counts what is read.
type counted struct {
	from  io.Reader
	bytes int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.bytes += n
	return n, err
}
