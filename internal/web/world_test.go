package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"golang.org/x/net/html"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
)

// noon is when all of the tests begin.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func after(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// made makes a report of one pair, dev-to-prod, from findings.
func made(findings ...report.Finding) *report.Report {
	p := report.Pair{
		Name: "dev-to-prod", Source: report.End{Server: "main", Repository: "dev"}, Target: report.End{Server: "main", Repository: "prod"},
		Totals: report.NewTotals(), Findings: findings,
	}
	p.Totals.Subjects = len(findings)
	for _, f := range findings {
		p.Totals.States[f.State]++
		p.Totals.Outcomes[f.Outcome]++
	}
	return joined(p)
}

func joined(pairs ...report.Pair) *report.Report {
	r := &report.Report{
		Schema: report.Schema, Totals: report.NewTotals(), Pairs: pairs, Requests: report.Requests{Total: 1234},
		Run: report.Run{
			ID: "run-1", Mode: report.ModeSync, Version: "v1", Started: noon, Finished: noon.Add(1500 * time.Millisecond),
			FailOn: []plan.State{plan.Missing, plan.Suspect, plan.Unknown},
		},
	}
	for _, p := range pairs {
		r.Totals.Add(p.Totals)
	}
	r.Run.ExitCode = r.ExitCode()
	return r
}

func broken(name, why string) report.Pair {
	return report.Pair{
		Name: name, Source: report.End{Server: "main", Repository: "dve"}, Target: report.End{Server: "eu", Repository: "prod"},
		Error: why, Totals: report.NewTotals(), Findings: []report.Finding{},
	}
}

// found is a finding of the image team/app:NAME.
func found(name string, s plan.State, o report.Outcome, reason string) report.Finding {
	digest := oci.FromBytes([]byte(name))
	return report.Finding{
		Image: "team/app", Tags: []string{name}, Subject: digest, State: s, Outcome: o, Reason: reason,
		Attachment: &report.Attachment{Tag: "sha256-" + digest.Hex() + ".sig", Digest: digest},
	}
}

// many makes n findings of a state.
func many(n int, s plan.State) []report.Finding {
	all := make([]report.Finding, n)
	for i := range all {
		all[i] = found(fmt.Sprintf("%s-%d", s, i), s, report.None, "why")
	}
	return all
}

// world is a handler with what it is made from.
type world struct {
	*testing.T
	history *web.History
	options web.Options
	logged  *logtest.Hook
}

func newWorld(t *testing.T) *world {
	t.Helper()
	log, hook := logtest.NewNullLogger()
	log.SetLevel(logrus.DebugLevel)
	h := web.NewHistory()
	return &world{t, h, web.Options{History: h, Version: "v1.2.3", Now: func() time.Time { return after(60) }, Log: log}, hook}
}

// ran notes a run of a minute.
func (w *world) ran(trigger web.Trigger, r *report.Report, err error) {
	w.history.Began(trigger, noon)(r, err, after(1))
}

// ask asks for a path; headers come in pairs of name and value.
func (w *world) ask(method, path string, headers ...string) *http.Response {
	w.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	recorded := httptest.NewRecorder()
	web.Handler(w.options).ServeHTTP(recorded, r)
	return recorded.Result()
}

func body(r *http.Response) string {
	var b bytes.Buffer
	_, _ = b.ReadFrom(r.Body)
	return b.String()
}

func (w *world) page() document {
	w.Helper()
	answer := w.ask("GET", "/")
	root, err := html.Parse(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		w.Fatalf("page: %v, status %d", err, answer.StatusCode)
	}
	return document{w.T, root}
}

// document is a parsed page, or a part of it.
type document struct {
	*testing.T
	*html.Node
}

// all returns the elements of a name, of which every attribute has its value;
// attributes come in pairs of name and value.
func (d document) all(name string, attributes ...string) (found []document) {
	for n := range d.Descendants() {
		if n.Type != html.ElementNode || n.Data != name && name != "*" {
			continue
		}
		e := document{d.T, n}
		fits := true
		for i := 0; i < len(attributes); i += 2 {
			value, ok := e.attribute(attributes[i])
			fits = fits && ok && value == attributes[i+1]
		}
		if fits {
			found = append(found, e)
		}
	}
	return found
}

func (d document) one(name string, attributes ...string) document {
	d.Helper()
	found := d.all(name, attributes...)
	if len(found) != 1 {
		d.Fatalf("%d elements %s %v, want 1", len(found), name, attributes)
	}
	return found[0]
}

func (d document) attribute(name string) (value string, ok bool) {
	for _, a := range d.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// section is the one that the heading of an id is the name of.
func (d document) section(id string) document {
	d.Helper()
	return d.one("section", "aria-labelledby", id)
}

// text is what a reader sees, white space as in a browser.
func (d document) text() string {
	var b strings.Builder
	for n := range d.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "style":
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && (n.Data == "td" || n.Data == "th" || n.Data == "li"):
			b.WriteString(" ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// says checks that a text has parts, in their order.
func (d document) says(parts ...string) {
	d.Helper()
	rest := d.text()
	for _, part := range parts {
		_, tail, ok := strings.Cut(rest, part)
		if !ok {
			d.Errorf("page says %q\nwant %q in it, after those before", d.text(), part)
			return
		}
		rest = tail
	}
}
