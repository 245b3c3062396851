package page_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// audit has n findings and a word in every place that a server fills.
func audit(n int, word string) *report.Report {
	at := time.Date(2026, 8, 17, 12, 0, 0, 0, time.UTC)
	p := report.Pair{
		Name: word, Source: report.End{Server: "main", Repository: word}, Target: report.End{Server: "main", Repository: word},
		Totals: report.NewTotals(), Unread: 2,
		Prefixes: []report.PrefixCoverage{{Coverage: report.Coverage{Subjects: 1, Signed: 1}}, {Prefix: word, Coverage: report.Coverage{Subjects: n, Missing: n}}},
	}
	p.Totals.Subjects = n + 1
	p.Totals.Coverage = report.Coverage{Subjects: n + 1, Signed: 1, Missing: n}
	p.Totals.States[plan.Missing] = n
	for range n {
		subject := oci.FromBytes([]byte(word))
		p.Findings = append(p.Findings, report.Finding{
			Image: word, Tags: []string{word}, Subject: subject, State: plan.Missing, Outcome: report.Planned, Reason: word,
			Attachment: &report.Attachment{Tag: cosign.Tag{Subject: subject}.String()},
		})
	}
	r := &report.Report{
		Schema: report.Schema, Totals: report.NewTotals(), Pairs: []report.Pair{p, {Name: "broken", Error: word}},
		Run: report.Run{
			ID: word, Mode: report.ModeAudit, Version: word, Started: at, Finished: at.Add(time.Minute), ExitCode: report.ExitLeft,
			FailOn: []plan.State{plan.Missing}, Stopped: &report.Stop{By: report.ByLimit, Reason: word},
		},
		Addresses: map[string]string{"main": "acme.example"},
	}
	for _, p := range r.Pairs {
		r.Totals.Add(p.Totals)
	}
	return r
}

// elements are those of a page by their names.
func elements(t *testing.T, r *report.Report) map[string][]*html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := page.Report(&b, r); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]*html.Node{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			found[n.Data] = append(found[n.Data], n)
		}
	}
	return found
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestReportSaysWithoutAScriptWhatMatters(t *testing.T) {
	body := text(elements(t, audit(300, "team"))["body"][0])
	for _, want := range []string{
		"300 findings need attention", "1 of 301", "Pairs not known1", "Nothing more was begun: team.", "could not be done",
		"The first 200 of 300", `cosign verify --key "$KEY" acme.example/team/team@sha256:`, report.VerificationNote, "2 tagged images without a .sig tag",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if rows := strings.Count(body, `cosign verify`); rows > 2*intake.ShownFindings {
		t.Errorf("%d rows without a script, want %d", rows, intake.ShownFindings)
	}
}

// What a page loads and runs is allowed by hash in its own policy, and there is
// nothing else.
func TestReportAllowsItselfOnly(t *testing.T) {
	found := elements(t, audit(3, "team"))
	policy := attribute(found["meta"][1], "content")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy = %s", policy)
	}
	for name, content := range map[string]string{"style-src": text(found["style"][0]), "script-src": text(found["script"][1])} {
		if want := name + " " + page.Hash(content) + ";"; !strings.Contains(policy, want) {
			t.Errorf("policy = %s, want %s in it", policy, want)
		}
	}
	for name, nodes := range found {
		for _, n := range nodes {
			for _, a := range n.Attr {
				local := strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Val, "data:image/svg+xml,")
				if (a.Key == "href" || a.Key == "src" || a.Key == "action" || strings.HasPrefix(a.Key, "on") || a.Key == "style") && !local {
					t.Errorf("<%s %s=%q>", name, a.Key, a.Val)
				}
			}
		}
	}
	if strings.Contains(text(found["style"][0]), "url(") || strings.Contains(text(found["style"][0]), "@import") {
		t.Error("the style loads something")
	}
}

// The style sheet's own colours are the common ones, whose contrast is held.
func TestReportHasNoColoursOfItsOwn(t *testing.T) {
	own, _ := strings.CutPrefix(text(elements(t, audit(3, "team"))["style"][0]), page.Style())
	if found := regexp.MustCompile(`#[0-9a-f]{3,6}\b|rgb|hsl`).FindString(own); found != "" || own == "" {
		t.Errorf("the report's own style has the colour %q", found)
	}
}

func TestReportTakesNoMarkupFromOutside(t *testing.T) {
	plain := elements(t, audit(3, "word"))
	for _, word := range []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `]]><img src=x onerror=alert(1)>`, `"'><b>`, "a\u2028b\x00\x1b[31m\u202e", `{{.}}`, "&lt;", "a*b",
	} {
		found := elements(t, audit(3, word))
		for name, nodes := range found {
			// What cannot be typed has no command.
			if len(nodes) != len(plain[name]) && name != "br" && name != "code" {
				t.Errorf("page of %q has %d of <%s>, want %d", word, len(nodes), name, len(plain[name]))
			}
		}
		data := text(found["script"][0])
		if strings.ContainsAny(data, "<>&\u2028\x00\x1b") {
			t.Errorf("the data of %q may mean something in HTML: %s", word, data)
		}
		var table struct {
			Strings, Pairs []string
			Rows           [][]any
		}
		if err := json.Unmarshal([]byte(data), &table); err != nil {
			t.Errorf("data of %q: %v", word, err)
		}
		if len(table.Rows) != 3 || table.Pairs[0] != page.Brief(word) {
			t.Errorf("data of %q has %d rows and the pairs %q", word, len(table.Rows), table.Pairs)
		}
	}
}

// The parts of a bar stand one behind the other, and all of what one would look for a
// signature of is in it once: stale and diverged ones are signed too.
func TestBarsAddUp(t *testing.T) {
	r := audit(3, "team")
	p := &r.Pairs[0]
	p.Totals.Subjects, p.Prefixes = 25, nil
	p.Totals.Coverage = report.Coverage{Subjects: 25, Signed: 11, Stale: 4, Diverged: 2, Missing: 3, Suspect: 1, Unsigned: 3, Unknown: 2, Untagged: 5}
	var got []string
	for _, n := range elements(t, r)["rect"] {
		if n.Parent.Parent != nil && attribute(n.Parent.Parent, "class") == "whole" && attribute(n, "x") != "" {
			got = append(got, attribute(n, "class")+" "+attribute(n, "x")+" "+attribute(n, "width"))
		}
	}
	want := []string{
		"part good 0.00 25.00", "part warn 25.00 20.00", "part bad 45.00 10.00", "part warn 55.00 15.00",
		"part bad 70.00 5.00", "part none 75.00 15.00", "part bad 90.00 10.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the bar (-want +got):\n%s", diff)
	}
}

func TestTheLeastCoveredPrefixComesFirst(t *testing.T) {
	body := text(elements(t, audit(3, "team"))["body"][0])
	if least, most := strings.Index(body, "team/"), strings.Index(body, "without a prefix"); least < 0 || most < least {
		t.Errorf("team/ is at %d, and the prefix that lacks nothing at %d, want it behind", least, most)
	}
}

func TestReportTellsFailures(t *testing.T) {
	if err := page.Report(full{}, audit(1, "x")); !errors.Is(err, errFull) {
		t.Errorf("Report to a full disk = %v, want %v", err, errFull)
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestReportTellsWhatARunWasNarrowedTo(t *testing.T) {
	r := audit(3, "team")
	r.Run.Images = []string{"team/<b>"}
	if body, want := text(elements(t, r)["body"][0]), "Only images that match team/<b> were looked at."; !strings.Contains(body, want) {
		t.Errorf("the page does not say %s", want)
	}
}

func TestReportOfNothing(t *testing.T) {
	body := text(elements(t, &report.Report{Totals: report.NewTotals()})["body"][0])
	if !strings.Contains(body, "The run had no pairs.") || !strings.Contains(body, "None.") {
		t.Errorf("page of nothing = %s", body)
	}
}

func BenchmarkReport(b *testing.B) {
	r := audit(100_000, "team/app")
	b.ReportAllocs()
	for b.Loop() {
		if err := page.Report(new(bytes.Buffer), r); err != nil {
			b.Fatal(err)
		}
	}
}
