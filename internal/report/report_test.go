package report_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample has one finding of every kind that the forms treat differently.
func sample() *report.Report {
	digest := func(word string) oci.Digest { return oci.FromBytes([]byte(word)) }
	finding := func(image, subject string, s plan.State, o report.Outcome, reason string, tags ...string) report.Finding {
		tag := cosign.Tag{Subject: digest(subject), Family: cosign.Signature}
		return report.Finding{
			Image: image, Tags: append([]string{}, tags...), Subject: digest(subject), State: s, Outcome: o, Reason: reason,
			Attachment: &report.Attachment{Tag: tag.String(), Digest: digest(subject + "sig")},
		}
	}
	unsigned := finding("team/web", "web", plan.Unsigned, report.None, "neither side has a .sig tag for this digest", "1.0")
	unsigned.Attachment = nil
	unreadable := report.Finding{Image: "team/old", Tags: []string{"0.1"}, State: plan.Unknown, Outcome: report.None, Reason: "no SHA-256"}
	bundle := finding("team/new", "new", plan.Missing, report.Held, "waits for the signature of this subject", "3.0")
	bundle.Family = cosign.Attestation
	bundle.Attachment = &report.Attachment{
		Digest: digest("bundle"), ArtifactType: "application/vnd.dev.sigstore.bundle.v0.3+json", VerifiedBy: []string{"release.pub"},
	}
	done := report.Pair{
		Name: "dev-to-prod", Unread: 3, Source: report.End{Server: "main", Repository: "dev"}, Target: report.End{Server: "main", Repository: "prod"},
		Totals: report.NewTotals(),
		Findings: []report.Finding{
			finding("team/api", "api", plan.Missing, report.Copied, "", "2.0", "latest"),
			finding("team/api", "child", plan.Missing, report.Failed, "User doesn't have permissions\x1b[31m"),
			finding("team/app", "app", plan.Stale, report.None, "the source holds 2, the target 1 of them", "1.0"),
			bundle, unreadable, unsigned,
		},
	}
	done.Totals.Subjects = 7
	done.Prefixes = []report.PrefixCoverage{
		{Prefix: "", Coverage: report.Coverage{Subjects: 1, Signed: 1}},
		{Prefix: "team", Coverage: report.Coverage{Subjects: 6, Signed: 2, Stale: 1, Missing: 2, Unsigned: 1, Untagged: 1}},
	}
	done.Totals.Coverage = report.Coverage{Subjects: 7, Signed: 3, Stale: 1, Missing: 2, Unsigned: 1, Untagged: 1}
	done.Totals.States[plan.InSync] = 2
	done.Totals.States[plan.Missing] = 3
	done.Totals.States[plan.Stale] = 1
	done.Totals.States[plan.Unknown] = 1
	done.Totals.States[plan.Unsigned] = 1
	done.Totals.Outcomes[report.Copied], done.Totals.Outcomes[report.Failed], done.Totals.Outcomes[report.None] = 1, 1, 5
	done.Totals.Outcomes[report.Held] = 1
	broken := report.Pair{
		Name: "typo", Source: report.End{Server: "main", Repository: "dve"}, Target: report.End{Server: "main", Repository: "prod"},
		Error: "source dve: does not exist on server main", Totals: report.NewTotals(), Findings: []report.Finding{},
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := &report.Report{
		Schema: report.Schema,
		Run: report.Run{
			ID: "run-1", Mode: report.ModeSync, Version: "v1", Started: at, Finished: at.Add(1500 * time.Millisecond),
			FailOn: []plan.State{plan.Missing, plan.Stale, plan.Unknown},
		},
		Totals: report.NewTotals(), Pairs: []report.Pair{done, broken},
		Requests:  report.Requests{Total: 12, Retries: 1, ByOperation: map[string]int{"aql": 3, "copy": 9}},
		Addresses: map[string]string{"main": "acme.example"},
	}
	for _, p := range r.Pairs {
		r.Totals.Add(p.Totals)
	}
	r.Run.ExitCode = r.ExitCode()
	return r
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestForms(t *testing.T) {
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"report.txt":    func(b *bytes.Buffer) error { return report.Text(b, sample(), report.TextOptions{}) },
		"colour.txt":    func(b *bytes.Buffer) error { return report.Text(b, sample(), report.TextOptions{Colour: true}) },
		"report.json":   func(b *bytes.Buffer) error { return report.JSON(b, sample()) },
		"report.csv":    func(b *bytes.Buffer) error { return report.CSV(b, sample()) },
		"report.md":     func(b *bytes.Buffer) error { return report.Markdown(b, sample(), report.MarkdownOptions{Most: 4}) },
		"report.xml":    func(b *bytes.Buffer) error { return report.JUnit(b, sample()) },
		"report.sarif":  func(b *bytes.Buffer) error { return report.SARIF(b, sample()) },
		"shortened.txt": func(b *bytes.Buffer) error { return report.Text(b, crowded(), report.TextOptions{Most: 2}) },
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

// One long name does not move all others out of an 80-column terminal.
func TestTextIsAligned(t *testing.T) {
	r := sample()
	p := &r.Pairs[0]
	p.Findings = append(p.Findings[1:3:3], p.Findings[5]) // the last one says nothing behind its name
	p.Findings[0].State, p.Findings[1].State, p.Findings[2].Image = plan.Unsigned, plan.Unsigned, "a"
	p.Findings[0].Image, p.Prefixes[1].Prefix = strings.Repeat("long/", 50), strings.Repeat("long", 50)
	for line := range strings.Lines(encoded(t, encoders()["text"], r)) {
		if strings.TrimRight(line, " \n") != strings.TrimRight(line, "\n") {
			t.Errorf("a line ends with spaces: %q", line)
		}
		if strings.HasPrefix(line, "  ") && !strings.Contains(line, "long") && len(line) > 81 && !strings.Contains(line, "sig tag") {
			t.Errorf("a line has %d columns: %s", len(line)-1, line)
		}
	}
}

// Where not all is listed there are the least covered prefixes, elsewhere all.
func TestTextListsPrefixes(t *testing.T) {
	r := sample()
	p := &r.Pairs[0]
	p.Prefixes = nil
	for i := range 12 {
		p.Prefixes = append(p.Prefixes, report.PrefixCoverage{Prefix: fmt.Sprintf("team%02d", i), Coverage: report.Coverage{Subjects: 20, Signed: 20 - i}})
	}
	for most, want := range map[int]string{0: "team00 ", 5: "and 2 more; the JSON report lists all"} {
		var b bytes.Buffer
		if err := report.Text(&b, r, report.TextOptions{Most: most}); err != nil {
			t.Fatal(err)
		}
		lines := regexp.MustCompile(`(?m)^    (team|and).*$`).FindAllString(b.String(), -1)
		if got := lines[len(lines)-1]; !strings.HasPrefix(lines[0], "    team11 ") || !strings.Contains(got, want) {
			t.Errorf("Most %d: prefixes from %q to %q, want the least covered first and %q at the end", most, lines[0], got, want)
		}
	}
}

// crowded has more findings of one state than anybody wants to scroll past.
func crowded() *report.Report {
	r := sample()
	p := r.Pairs[0]
	p.Findings = []report.Finding{p.Findings[2], p.Findings[2], p.Findings[2], p.Findings[2]}
	r.Pairs = []report.Pair{p}
	r.Run.ExitCode = r.ExitCode()
	return r
}

func TestTextLetsNothingSteerTheTerminal(t *testing.T) {
	var b bytes.Buffer
	if err := report.Text(&b, sample(), report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsRune(b.String(), '\x1b') {
		t.Error("an escape of the server's words reached the terminal")
	}
}

func TestExitCode(t *testing.T) {
	one := func(s plan.State, o report.Outcome) *report.Report {
		r := &report.Report{Pairs: []report.Pair{{Findings: []report.Finding{{State: s, Outcome: o}}}}}
		r.Run.FailOn = []plan.State{plan.Missing, plan.Unknown}
		return r
	}
	interrupted, broken := one(plan.Missing, report.Held), one(plan.Missing, report.Failed)
	interrupted.Run.Interrupted = true
	interrupted.Pairs[0].Error = "x"
	broken.Pairs[0].Error = "x"
	stopped := func(by report.StopCause, s plan.State, o report.Outcome) *report.Report {
		r := one(s, o)
		r.Run.Stopped = &report.Stop{By: by}
		return r
	}
	both := stopped(report.ByMaxFailures, plan.Missing, report.Failed)
	both.Pairs[0].Error = "x"
	for _, c := range []struct {
		name string
		r    *report.Report
		want int
	}{
		{"stopped by a limit", stopped(report.ByMaxCopies, plan.Stale, report.Held), report.ExitLeft},
		{"stopped by failures", stopped(report.ByMaxFailures, plan.Stale, report.Held), report.ExitLeft},
		{"stopped by the share of failures", stopped(report.ByMaxFailurePercent, plan.Stale, report.Held), report.ExitLeft},
		{"stopped by a limit, and a pair that could not be done", both, report.ExitFailed},
		{"stopped by the command line's limit", stopped(report.ByLimit, plan.Stale, report.Held), report.ExitOK},
		{"stopped by the timeout", stopped(report.ByRunTimeout, plan.Missing, report.Held), report.ExitFailed},
		{"copied", one(plan.Missing, report.Copied), report.ExitOK},
		{"planned", one(plan.Missing, report.Planned), report.ExitLeft},
		{"failed", one(plan.Missing, report.Failed), report.ExitLeft},
		{"held", one(plan.Missing, report.Held), report.ExitLeft},
		{"unknown", one(plan.Unknown, report.None), report.ExitLeft},
		{"not in fail_on", one(plan.Stale, report.None), report.ExitOK},
		{"a pair that could not be done", broken, report.ExitFailed},
		{"interrupted", interrupted, report.ExitInterrupted},
		{"nothing", &report.Report{}, report.ExitOK},
	} {
		if got := c.r.ExitCode(); got != c.want {
			t.Errorf("%s: exit code = %d, want %d", c.name, got, c.want)
		}
	}
}

func TestTextSaysWhatStoppedARun(t *testing.T) {
	for _, c := range []struct {
		by     report.StopCause
		failOn []plan.State
		want   string
	}{
		{report.ByMaxFailures, []plan.State{plan.Missing}, "Nothing more was begun: it was too much.\nExit 3: left in a state that needs attention: missing.\n"},
		{report.ByMaxFailures, nil, "Nothing more was begun: it was too much.\nExit 3: limits of the configuration stopped the run.\n"},
		{report.ByRunTimeout, nil, "Nothing more was begun: it was too much.\nExit 1: the run ended before its work was done; the next run does the rest.\n"},
	} {
		r := sample()
		r.Pairs = r.Pairs[:1]
		r.Run.FailOn = c.failOn
		r.Run.Stopped = &report.Stop{By: c.by, Reason: "it was too much"}
		r.Run.ExitCode = r.ExitCode()
		var b bytes.Buffer
		if err := report.Text(&b, r, report.TextOptions{}); err != nil || !strings.HasSuffix(b.String(), c.want) {
			t.Errorf("Text of a run that %s stopped = %v, %s\nwant it to end with\n%s", c.by, err, b.String(), c.want)
		}
	}
}
