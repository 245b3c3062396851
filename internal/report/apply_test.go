package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// An apply is judged by its items alone, whatever fail_on says.
func TestApplyIsJudgedByItsItems(t *testing.T) {
	copied := report.Finding{State: plan.Missing, Outcome: report.Copied}
	before := report.Finding{State: plan.Diverged, Outcome: report.None, Reason: "done already"}
	refused := report.Finding{State: plan.Missing, Outcome: report.Held}
	failed := report.Finding{State: plan.Missing, Outcome: report.Failed}
	for _, c := range []struct {
		name  string
		pair  report.Pair
		stop  *report.Stop
		code  int
		says  string
		undid int
	}{
		{"nothing", report.Pair{}, nil, report.ExitOK, "Exit 0: every item of the plan is carried out, or was done already.", 0},
		{"done", report.Pair{Findings: []report.Finding{copied, before}}, nil, report.ExitOK, "Exit 0: every item of the plan", 0},
		{
			"refused", report.Pair{Findings: []report.Finding{copied, refused, failed}}, nil, report.ExitLeft,
			"Exit 3: 2 of the 3 items of the plan were not carried out; make a new plan for what is still to be done.", 2,
		},
		{"broken", report.Pair{Error: "no", Findings: []report.Finding{}}, nil, report.ExitFailed, "Exit 1: ", 0},
		{
			"stopped", report.Pair{Findings: []report.Finding{copied}}, &report.Stop{By: report.ByMaxCopies}, report.ExitLeft,
			"Exit 3: limits of the configuration stopped the run.", 0,
		},
		{"late", report.Pair{Findings: []report.Finding{refused}}, &report.Stop{By: report.ByRunTimeout}, report.ExitFailed, "Exit 1: the run ended before", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, failOn := range [][]plan.State{nil, {plan.Missing, plan.Diverged}} {
				r := &report.Report{
					Run:   report.Run{Mode: report.ModeApply, FailOn: failOn, Stopped: c.stop},
					Pairs: []report.Pair{c.pair},
				}
				r.Run.ExitCode = r.ExitCode()
				if r.Run.ExitCode != c.code || r.Undone() != c.undid {
					t.Errorf("ExitCode with fail_on %v = %d, Undone = %d, want %d and %d", failOn, r.Run.ExitCode, r.Undone(), c.code, c.undid)
				}
				var b bytes.Buffer
				if err := report.Text(&b, r, report.TextOptions{}); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(b.String(), c.says) {
					t.Errorf("Text = %s, want %q", b.String(), c.says)
				}
			}
		})
	}
}
