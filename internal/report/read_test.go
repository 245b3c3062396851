package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

func TestReadRunReadsWhatJSONWrites(t *testing.T) {
	at := time.Date(2026, 8, 17, 12, 0, 0, 0, time.UTC)
	want := report.Run{
		ID: "20260817T120000Z-1", Mode: report.ModeAudit, Version: "1.0", Started: at, Finished: at.Add(time.Second), ExitCode: 3,
		Stopped: &report.Stop{By: report.ByMaxCopies, Reason: "enough"}, FailOn: []plan.State{plan.Missing},
	}
	var b bytes.Buffer
	if err := report.JSON(&b, &report.Report{Schema: report.Schema, Run: want, Totals: report.NewTotals()}); err != nil {
		t.Fatal(err)
	}
	// The rest is not read: it may be of any size, and cut off.
	got, err := report.ReadRun(strings.NewReader(b.String()[:strings.Index(b.String(), `"totals"`)]))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadRun (-want +got):\n%s", diff)
	}
}

func TestReadRunRefuses(t *testing.T) {
	for _, text := range []string{
		"", "[]", "{}", `{"schema": "sigsync.report/v1"}`, `{"schema": "sigsync.report/v2", "run": {}}`, `{"run": {"exit_code": 0}}`,
		`{"schema": "sigsync.report/v1", "run": []}`, `{"schema": 1}`, `{"schema": "sigsync.report/v1", "totals": {}, "run": {}}`,
		`{"schema": "sigsync.report/v1", "run": {"id": "` + strings.Repeat("x", 1<<20) + `"}}`,
	} {
		if run, err := report.ReadRun(strings.NewReader(text)); err == nil {
			t.Errorf("ReadRun(%.60s) = %+v, want an error", text, run)
		}
	}
}
