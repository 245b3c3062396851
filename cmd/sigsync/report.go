package main

import (
	"bufio"
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
		Short: "Render a saved report again, or compare two",
		Long: `report renders a report that was saved as JSON (--report FILE.json) in any form. A
FILE of - is standard input. The exit code says whether that could be done, not what
the report says: 0 it could, 1 it could not, 2 wrong usage or no such report.`,
		Example: `  sigsync report audit.json -o html >audit.html
  sigsync report diff yesterday.json today.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return renderAgain(env, o, args[0]) },
	}
	o.register(c.Flags())
	c.ValidArgsFunction = savedReports(1)
	c.AddCommand(newReportDiff(env))
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
	if file == "-" {
		return savedIn(env.stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, usage(err)
	}
	defer func() { _ = f.Close() }()
	return savedIn(f, file)
}

func savedIn(from io.Reader, name string) (*report.Report, error) {
	if from == nil {
		return nil, usage(errors.New("there is no standard input"))
	}
	r, err := report.Read(bufio.NewReader(from))
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", name, err))
	}
	return r, nil
}
