package notify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// everything are all events.
func everything() []notify.Event {
	return []notify.Event{notify.Drift, notify.Failure, notify.Recovery}
}

// inbox is a receiver of webhooks that writes down what it is sent.
type inbox struct {
	*httptest.Server
	mu      sync.Mutex
	bodies  [][]byte
	headers []http.Header
	urls    []string
	// answer answers the request of that number, from 1; nil is 200.
	answer func(w http.ResponseWriter, n int)
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	in := &inbox{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			t.Errorf("request %s, %v, want a POST", r.Method, err)
		}
		in.mu.Lock()
		in.bodies, in.headers, in.urls = append(in.bodies, body), append(in.headers, r.Header), append(in.urls, r.URL.String())
		n := len(in.bodies)
		in.mu.Unlock()
		if in.answer != nil {
			in.answer(w, n)
		}
	}))
	t.Cleanup(in.Close)
	return in
}

// sent returns what came since the last call.
func (in *inbox) sent() [][]byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	sent := in.bodies
	in.bodies = nil
	return sent
}

// world is a Notifier with all that it is handed.
type world struct {
	*notify.Notifier
	log     bytes.Buffer
	now     time.Time
	slept   []time.Duration
	results []string
}

func newWorld(t *testing.T, targets ...notify.Target) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	log := logrus.New()
	log.SetOutput(&w.log)
	log.SetLevel(logrus.TraceLevel)
	log.SetFormatter(&logrus.TextFormatter{DisableColors: true, DisableTimestamp: true})
	var err error
	w.Notifier, err = notify.New(notify.Options{
		Targets: targets, UserAgent: "sigsync/v1", Log: log, Transport: &http.Transport{},
		Now: func() time.Time { return w.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.slept = append(w.slept, d)
			return ctx.Err()
		},
		Result: func(form, result string) { w.results = append(w.results, form+" "+result) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func digest(word string) oci.Digest { return oci.FromBytes([]byte(word)) }

// sample is the report of a run that left something in three states.
func sample() *report.Report {
	finding := func(image, tag string, s plan.State, o report.Outcome, reason string) report.Finding {
		return report.Finding{Image: image, Tags: []string{tag}, Subject: digest(image), Family: cosign.Signature, State: s, Outcome: o, Reason: reason}
	}
	done := report.Pair{
		Name: "dev-to-prod", Source: report.End{Server: "main", Repository: "docker-dev"}, Target: report.End{Server: "main", Repository: "docker-prod"},
		Totals: report.NewTotals(),
		Findings: []report.Finding{
			finding("team/api", "2.0", plan.Missing, report.Copied, ""),
			finding("team/app", "1.0", plan.Missing, report.Failed, "User doesn't have permissions"),
			finding("team/web", "3.1", plan.Suspect, report.None, "names another image"),
			finding("team/old", "0.1", plan.Unsigned, report.None, "neither side has a .sig tag"),
		},
	}
	done.Totals.Subjects = 40
	done.Totals.States[plan.InSync], done.Totals.States[plan.Missing], done.Totals.States[plan.Suspect] = 36, 2, 1
	done.Totals.States[plan.Unsigned] = 1
	done.Totals.Outcomes[report.Copied], done.Totals.Outcomes[report.Failed], done.Totals.Outcomes[report.None] = 1, 1, 38
	quiet := report.Pair{
		Name: "stage-to-dr", Source: report.End{Server: "main", Repository: "docker-stage"}, Target: report.End{Server: "dr", Repository: "docker-dr"},
		Totals: report.NewTotals(), Findings: []report.Finding{},
	}
	quiet.Totals.Subjects, quiet.Totals.States[plan.InSync] = 7, 7
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	r := &report.Report{
		Schema: report.Schema, Totals: report.NewTotals(), Pairs: []report.Pair{quiet, done},
		Run: report.Run{
			ID: "run-1", Mode: report.ModeSync, Version: "v1.2.3", Started: at, Finished: at.Add(1500 * time.Millisecond),
			FailOn: []plan.State{plan.Missing, plan.Suspect, plan.Unknown},
		},
	}
	return totalled(r)
}

// totalled sums up a report whose pairs were changed.
func totalled(r *report.Report) *report.Report {
	r.Totals = report.NewTotals()
	for _, p := range r.Pairs {
		r.Totals.Add(p.Totals)
	}
	r.Run.ExitCode = r.ExitCode()
	return r
}

func drift() notify.Outcome { return notify.Outcome{Report: sample()} }

func failure() notify.Outcome {
	r := sample()
	r.Pairs[0].Error = "source docker-stage: does not exist on server main"
	r.Pairs[0].Totals = report.NewTotals()
	return notify.Outcome{Report: totalled(r)}
}

func good() notify.Outcome {
	r := sample()
	r.Pairs[1].Findings = r.Pairs[1].Findings[:1]
	return notify.Outcome{Report: totalled(r)}
}

func recovery() notify.Outcome {
	o := good()
	o.Before = notify.Remember(sample().Run)
	return o
}

// none is a run that could not be made.
func none() notify.Outcome {
	return notify.Outcome{Error: "read key: release.pub: no such file", Mode: report.ModeAudit, Started: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)}
}

// stopped is a run that a limit stopped where fail_on names nothing.
func stopped() notify.Outcome {
	r := sample()
	r.Run.FailOn, r.Run.Stopped = nil, &report.Stop{By: report.ByMaxCopies, Reason: "that is enough"}
	r.Pairs[1].Findings[2].Outcome = report.Held
	return notify.Outcome{Report: totalled(r)}
}

// late is a run that run_timeout ended.
func late() notify.Outcome {
	r := sample()
	r.Run.Stopped = &report.Stop{By: report.ByRunTimeout, Reason: "the run took longer than run_timeout"}
	return notify.Outcome{Report: totalled(r)}
}

// audit is an audit that found what sync would copy.
func audit() notify.Outcome {
	r := sample()
	r.Run.Mode = report.ModeAudit
	r.Pairs[1].Findings[1].Outcome = report.Planned
	return notify.Outcome{Report: totalled(r)}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, got, "", "  "); err != nil {
		t.Fatalf("%s: %v in %s", name, err, got)
	}
	indented.WriteByte('\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, indented.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), indented.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestPayloads(t *testing.T) {
	for _, form := range []notify.Form{notify.JSON, notify.Slack, notify.Teams} {
		for name, o := range map[string]notify.Outcome{
			"drift": drift(), "failure": failure(), "recovery": recovery(), "none": none(), "stopped": stopped(),
			"late": late(), "audit": audit(),
		} {
			t.Run(string(form)+" "+name, func(t *testing.T) {
				in := newInbox(t)
				w := newWorld(t, notify.Target{URL: in.URL + "/hook", Form: form, On: everything()})
				w.Tell(t.Context(), o)
				sent := in.sent()
				if len(sent) != 1 || cmp.Diff(w.results, []string{string(form) + " sent"}) != "" {
					t.Fatalf("Tell sent %d, results %v, want one that is sent", len(sent), w.results)
				}
				golden(t, string(form)+"-"+name+".json", sent[0])
				valid(t, form, sent[0])
				if h := in.headers[0]; h.Get("Content-Type") != "application/json" || h.Get("User-Agent") != "sigsync/v1" {
					t.Errorf("headers = %v, want JSON of sigsync/v1", h)
				}
			})
		}
	}
}

func TestOnlyWhatATargetWantsIsSent(t *testing.T) {
	interrupted := drift()
	interrupted.Report.Run.Interrupted = true
	interrupted.Report.Run.ExitCode = report.ExitInterrupted
	interruptedToo := notify.Outcome{Report: interrupted.Report, Error: "no report", Before: &notify.Before{ExitCode: report.ExitLeft}}
	unwritten := good()
	unwritten.Error = "write report: no space left"
	after := func(exitCode int) notify.Outcome {
		o := good()
		o.Before = &notify.Before{ExitCode: exitCode}
		return o
	}
	for _, c := range []struct {
		name string
		o    notify.Outcome
		want notify.Event
	}{
		{"left", drift(), notify.Drift},
		{"a limit", stopped(), notify.Drift},
		{"a pair", failure(), notify.Failure},
		{"no report", none(), notify.Failure},
		{"no report, nothing known", notify.Outcome{}, notify.Failure},
		{"a report that could not be written", unwritten, notify.Failure},
		{"good after left", after(report.ExitLeft), notify.Recovery},
		{"good after failed", after(report.ExitFailed), notify.Recovery},
		{"good after good", after(report.ExitOK), ""},
		{"good after interrupted", after(report.ExitInterrupted), ""},
		{"good after nobody knows what", good(), ""},
		{"interrupted", interrupted, ""},
		{"interrupted, and more", interruptedToo, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := newInbox(t)
			var targets []notify.Target
			for _, e := range append(everything(), "none") {
				target := notify.Target{URL: in.URL + "/" + string(e), Form: notify.JSON, On: []notify.Event{e}}
				if e == "none" {
					target.On = nil
				}
				targets = append(targets, target)
			}
			w := newWorld(t, targets...)
			w.Tell(t.Context(), c.o)
			var want []string
			if c.want != "" {
				want = []string{"/" + string(c.want)}
			}
			if diff := cmp.Diff(want, in.urls); diff != "" {
				t.Errorf("Tell (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRememberKnowsNothingOfWhatWasInterrupted(t *testing.T) {
	r := sample()
	if got, want := notify.Remember(r.Run), (&notify.Before{ExitCode: 3, Finished: r.Run.Finished}); cmp.Diff(got, want) != "" {
		t.Errorf("Remember = %v, want %v", got, want)
	}
	r.Run.ExitCode = report.ExitInterrupted
	if got := notify.Remember(r.Run); got != nil {
		t.Errorf("Remember = %v, want nil", got)
	}
}

func TestNewRefuses(t *testing.T) {
	ok := notify.Target{URL: "https://a.example", Form: notify.JSON}
	for _, c := range []struct {
		target notify.Target
		want   string
	}{
		{notify.Target{URL: "https://a.example", Form: "xml"}, `form "xml" is none of json, slack and teams`},
		{notify.Target{Form: notify.JSON}, "it needs either a URL or a file with one"},
		{notify.Target{URL: "https://a.example", URLFile: "f", Form: notify.JSON}, "it needs either a URL or a file with one"},
		{notify.Target{URL: "ftp://hunter2.example", Form: notify.JSON}, "the URL needs http or https and a host"},
		{notify.Target{URL: "https://hunter2\x7f", Form: notify.JSON}, "the URL needs http or https and a host"},
		{notify.Target{URL: "https://a.example", Form: notify.Slack, Template: "{}"}, "a template goes with the form json"},
		{notify.Target{URL: "https://a.example", Form: notify.JSON, Template: "{}\n{{ hunter2 }}"}, "parse template: line 2 is wrong"},
	} {
		_, err := notify.New(notify.Options{Targets: []notify.Target{ok, c.target}})
		if want := "notify target 2: " + c.want; err == nil || err.Error() != want {
			t.Errorf("New = %v, want %s", err, want)
		}
	}
}

func TestNewNeedsNothing(t *testing.T) {
	in := newInbox(t)
	n, err := notify.New(notify.Options{Targets: []notify.Target{{URL: in.URL, Form: notify.JSON, On: everything()}}})
	if err != nil {
		t.Fatal(err)
	}
	n.Tell(t.Context(), notify.Outcome{})
	sent := in.sent()[0]
	var m notify.Message
	if err := json.Unmarshal(sent, &m); err != nil || time.Since(m.Run.Finished) > time.Hour || m.Run.Seconds != 0 || bytes.Contains(sent, []byte("started")) {
		t.Errorf("message = %s, %v, want one of now that took no time", sent, err)
	}
	none, err := notify.New(notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	none.Tell(t.Context(), drift())
}

// valid checks what the services document of their forms.
func valid(t *testing.T, form notify.Form, body []byte) {
	t.Helper()
	switch form {
	case notify.Slack:
		validSlack(t, body)
	case notify.Teams:
		validTeams(t, body)
	default:
		if len(body) > 160<<10 {
			t.Errorf("the message has %d bytes, want at most 160 KiB", len(body))
		}
	}
}

func strictly(t *testing.T, body []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
}

type slackText struct {
	Type, Text string
	Verbatim   bool
}

type slackPayload struct {
	Text        string
	UnfurlLinks bool `json:"unfurl_links"`
	UnfurlMedia bool `json:"unfurl_media"`
	Blocks      []struct {
		Type     string
		Text     *slackText
		Elements []slackText
	}
}

func validSlack(t *testing.T, body []byte) {
	t.Helper()
	var p slackPayload
	strictly(t, body, &p)
	if p.Text == "" || len([]rune(p.Text)) > 3000 || len(p.Blocks) == 0 || len(p.Blocks) > 50 {
		t.Errorf("a text of %d and %d blocks, want 1 to 3000 and 1 to 50", len(p.Text), len(p.Blocks))
	}
	all := 0
	for _, b := range p.Blocks {
		texts := b.Elements
		if b.Text != nil {
			texts = append(texts, *b.Text)
		}
		most := map[string]int{"header": 150, "section": 3000, "context": 3000}[b.Type]
		if len(texts) == 0 || len(b.Elements) > 10 {
			t.Errorf("block %s has %d texts", b.Type, len(texts))
		}
		for _, text := range texts {
			n := len([]rune(text.Text))
			all += n
			if n == 0 || n > most || (b.Type == "header") != (text.Type == "plain_text") || (text.Type == "mrkdwn") != text.Verbatim {
				t.Errorf("block %s has %d of %d characters: %+v", b.Type, n, most, text)
			}
		}
	}
	if all > 13_000 {
		t.Errorf("%d characters in all, want at most 13000", all)
	}
}

type teamsPayload struct {
	Type        string
	Attachments []struct {
		ContentType string
		ContentURL  *string
		Content     struct {
			Schema  string `json:"$schema"`
			Type    string
			Version string
			MSTeams struct{ Width string }
			Body    []struct {
				Type, Spacing string
				Inlines       []struct {
					Type, Text, Size, Weight, Color, FontType string
					IsSubtle                                  bool
				}
			}
		}
	}
}

func validTeams(t *testing.T, body []byte) {
	t.Helper()
	var p teamsPayload
	strictly(t, body, &p)
	if len(body) > 21_000 {
		t.Errorf("the message has %d bytes, want at most 21,000", len(body))
	}
	if p.Type != "message" || len(p.Attachments) != 1 || p.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Fatalf("%+v is no message with one card", p)
	}
	card := p.Attachments[0].Content
	if card.Type != "AdaptiveCard" || card.Version != "1.4" || len(card.Body) == 0 {
		t.Errorf("%+v is no card", card)
	}
	for _, b := range card.Body {
		if b.Type != "RichTextBlock" || len(b.Inlines) != 1 || b.Inlines[0].Type != "TextRun" || b.Inlines[0].Text == "" || strings.Contains(b.Inlines[0].Text, "\n") {
			t.Errorf("block %+v is none of a single run", b)
		}
	}
}
