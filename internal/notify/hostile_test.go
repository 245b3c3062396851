package notify_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/sigsync/sigsync/internal/notify"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// pings are what an image may be called to reach people or to look like what
// this program says.
func pings() []string {
	return []string{
		"<!channel> <!here> <!everyone|x>", "<@U0123ABCD>", "<#C0123ABCD>", "<https://evil.example|click>", "&lt;!channel&gt;", "&",
		"`<!channel>`", "```\n<!channel>", "*bold* _it_ ~no~ :fire:", "[click](https://evil.example)", "![x](https://evil.example/x.png)",
		"<at>somebody</at>", "**bold**\n\n# head\n- list", "{{DATE(2026-01-02T03:04:05Z, SHORT)}} {{{{x}}}}", `","event":"recovery","x":"`, `\`, `"`,
		"a\x1b[31mb", "\u202eevil", "\u2028", "\u200b", "\xff\xfe", "\x00", "é漢🔥",
	}
}

// hostile is a run in which every word from outside is that word.
func hostile(word string) notify.Outcome {
	o := failure()
	o.Error = word
	r := o.Report
	r.Run.ID, r.Run.Version, r.Run.Mode = word, word, report.Mode(word)
	r.Run.Stopped = &report.Stop{By: report.StopCause(word), Reason: word}
	end := report.End{Server: word, Repository: word}
	for i := range r.Pairs {
		r.Pairs[i].Name, r.Pairs[i].Source, r.Pairs[i].Target = word, end, end
		for j := range r.Pairs[i].Findings {
			f := &r.Pairs[i].Findings[j]
			f.Image, f.Tags, f.Reason, f.Attachment = word, []string{word, word}, word, &report.Attachment{Tag: word, ArtifactType: word}
		}
	}
	r.Pairs[0].Error = word
	return o
}

func TestNoWordFromOutsideIsMoreThanAWord(t *testing.T) {
	for _, word := range pings() {
		for _, form := range []notify.Form{notify.JSON, notify.Slack, notify.Teams} {
			in := newInbox(t)
			w := newWorld(t, notify.Target{URL: in.URL, Form: form, On: everything()})
			w.Tell(t.Context(), hostile(word))
			body := in.sent()[0]
			valid(t, form, body)
			var document any
			if err := json.Unmarshal(body, &document); err != nil {
				t.Fatal(err)
			}
			for _, text := range texts(document) {
				harmless(t, form, word, text)
			}
		}
	}
}

// texts are all values of a JSON document that are texts.
func texts(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, item := range v {
			found = append(found, texts(item)...)
		}
	case map[string]any:
		for _, value := range v {
			found = append(found, texts(value)...)
		}
	}
	return found
}

func harmless(t *testing.T, form notify.Form, word, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) || r == unicode.ReplacementChar }); i >= 0 {
		t.Errorf("%s of %q: %q steers", form, word, text)
	}
	switch form {
	case notify.Slack:
		rest := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(text)
		if strings.ContainsAny(rest, "<>&") {
			t.Errorf("slack of %q: %q has control characters", word, text)
		}
		for line := range strings.SplitSeq(text, "\n") {
			// A line with anything from outside is one piece of code.
			code := strings.HasPrefix(line, "`") && strings.HasSuffix(line, "`") && strings.Count(line, "`") == 2
			if !code && (strings.Contains(line, "`") || strings.Contains(line, "evil") || strings.Contains(line, ":fire:") || strings.Contains(line, "bold")) {
				t.Errorf("slack of %q: %q is no code", word, line)
			}
		}
	case notify.Teams:
		if strings.Contains(text, "{{") || strings.Contains(text, "\n") {
			t.Errorf("teams of %q: %q", word, text)
		}
	default:
		if strings.Contains(text, "\n") {
			t.Errorf("json of %q: %q has lines", word, text)
		}
	}
}

// huge is a run with so many findings and so many pairs, whose words are as long
// and as hard to write as can be.
func huge(word string, pairs, findings int) notify.Outcome {
	long := strings.Repeat(word, 4000)
	o := failure()
	r := o.Report
	r.Pairs = nil
	for p := range pairs {
		pair := report.Pair{Name: fmt.Sprint(p) + long, Source: report.End{Server: long, Repository: long}, Target: report.End{Server: long, Repository: long}}
		pair.Totals = report.NewTotals()
		if p%2 == 1 {
			pair.Error = strings.Repeat(long, 100)
		}
		for f := range findings / pairs {
			pair.Findings = append(pair.Findings, report.Finding{
				Image: long, Tags: []string{long, long, long, long, long, long, long}, Subject: digest("x"),
				State: plan.States()[f%10], Outcome: report.Held, Reason: long,
			})
		}
		r.Pairs = append(r.Pairs, pair)
	}
	r.Run.FailOn = plan.States()
	o.Error, r.Run.ID, r.Run.Version = strings.Repeat(long, 100), long, long
	return notify.Outcome{Report: totalled(r), Error: o.Error}
}

func TestAHugeReportMakesASmallMessage(t *testing.T) {
	for form, word := range map[notify.Form]string{notify.JSON: `"\`, notify.Slack: "&", notify.Teams: `\"`} {
		o := huge(word, 100, 100_000)
		in := newInbox(t)
		w := newWorld(t, notify.Target{URL: in.URL, Form: form, On: everything()})
		took := allocated(func() { w.Tell(t.Context(), o) })
		if took > 4<<20 {
			t.Errorf("Tell in form %s took %d bytes, want at most 4 MiB", form, took)
		}
		valid(t, form, in.sent()[0])
	}
}

func TestWhatDoesNotFitIsCounted(t *testing.T) {
	for _, form := range []notify.Form{notify.Slack, notify.Teams} {
		in := newInbox(t)
		newWorld(t, notify.Target{URL: in.URL, Form: form, On: everything()}).Tell(t.Context(), huge("&", 100, 1000))
		shown := 0
		var rest []string
		for line := range strings.SplitSeq(strings.ReplaceAll(string(in.sent()[0]), `"text":"`, `\n`), `\n`) {
			line, _, _ = strings.Cut(line, `"`)
			if strings.Contains(line, "… (") {
				shown++
			}
			if strings.HasPrefix(line, "and ") {
				rest = append(rest, line)
			}
		}
		if want := fmt.Sprintf("and %d pairs more", 100-shown); shown == 0 || shown > 20 || len(rest) != 2 || rest[0] != want {
			t.Errorf("%s shows %d pairs and says %q, want %q", form, shown, rest, want)
		}
	}
}

func TestWordsAreCutBetweenCharacters(t *testing.T) {
	o := none()
	for _, c := range []struct{ said, want string }{
		{"one\ntwo\n", "one; two"},
		{strings.Repeat("x", 500), strings.Repeat("x", 500)},
		{strings.Repeat("x", 499) + "é and more", strings.Repeat("x", 499) + "…"},
	} {
		o.Error = c.said
		if got := message(t, o).Error; got != c.want {
			t.Errorf("error of %q = %q, want %q", c.said, got, c.want)
		}
	}
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestEachStateIsShownBesideAThousandOfAnother(t *testing.T) {
	r := sample()
	for range 1000 {
		r.Pairs[1].Findings = append(r.Pairs[1].Findings, report.Finding{Image: "team/x", State: plan.Missing, Outcome: report.Held})
	}
	for range 3 {
		r.Pairs[0].Findings = append(r.Pairs[0].Findings, report.Finding{Image: "team/y", State: plan.Unknown})
	}
	m := message(t, notify.Outcome{Report: totalled(r)})
	count := map[string]int{}
	for _, f := range m.Findings {
		count[f.State]++
	}
	if count["missing"] != 6 || count["suspect"] != 1 || count["unknown"] != 3 || m.MoreFindings != 995 {
		t.Errorf("findings %v and %d more, want 6 missing, 1 suspect, 3 unknown and 995 more", count, m.MoreFindings)
	}
	if m.Left["missing"] != 1001 || m.Left["unsigned"] != 0 || m.Pairs[0].Left != 3 || m.Pairs[1].Left != 1002 {
		t.Errorf("left %v, in pairs %d and %d", m.Left, m.Pairs[0].Left, m.Pairs[1].Left)
	}
}

func TestStatesThatAReportNeedNotListAreCounted(t *testing.T) {
	r := sample()
	r.Run.FailOn = []plan.State{plan.InSync}
	r.Pairs[1].Findings = append(r.Pairs[1].Findings, report.Finding{Image: "team/in", State: plan.InSync})
	m := message(t, notify.Outcome{Report: totalled(r)})
	if m.Left["in-sync"] != 43 || m.Pairs[0].Left != 7 || m.Pairs[1].Left != 36 || len(m.Findings) != 0 {
		t.Errorf("message = %+v, want 43 in sync, 7 and 36 of them in the pairs, none listed", m)
	}
}

func TestARecoveryListsNothing(t *testing.T) {
	o := recovery()
	o.Report.Pairs[1].Findings = append(o.Report.Pairs[1].Findings, report.Finding{Image: "team/old", State: plan.Orphan, Outcome: report.Held})
	if m := message(t, o); m.Event != notify.Recovery || len(m.Findings) != 0 || m.MoreFindings != 0 {
		t.Errorf("message = %+v, want a recovery without findings", m)
	}
}

func TestPairsInNeedComeFirst(t *testing.T) {
	r := sample()
	quiet, left := r.Pairs[0], r.Pairs[1]
	broken := quiet
	broken.Name, broken.Error = "broken", "x"
	r.Pairs = nil
	for range 30 {
		r.Pairs = append(r.Pairs, quiet)
	}
	r.Pairs = append(r.Pairs, left, broken)
	m := message(t, notify.Outcome{Report: totalled(r)})
	if len(m.Pairs) != 20 || m.MorePairs != 12 || m.Pairs[0].Name != "broken" || m.Pairs[1].Name != "dev-to-prod" {
		t.Errorf("%d pairs and %d more, first %s, %s", len(m.Pairs), m.MorePairs, m.Pairs[0].Name, m.Pairs[1].Name)
	}
}

// message is what the form JSON makes of an outcome.
func message(t *testing.T, o notify.Outcome) notify.Message {
	t.Helper()
	in := newInbox(t)
	newWorld(t, notify.Target{URL: in.URL, Form: notify.JSON, On: everything()}).Tell(t.Context(), o)
	var m notify.Message
	sent := in.sent()
	if len(sent) != 1 {
		t.Fatalf("Tell sent %d messages, want 1", len(sent))
	}
	strictly(t, sent[0], &m)
	return m
}

func BenchmarkTell(b *testing.B) {
	o := huge(`"&`, 100, 100_000)
	n, err := notify.New(notify.Options{
		Targets:   []notify.Target{{URL: "http://a.example", Form: notify.Slack, On: everything()}},
		Transport: refuses{},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n.Tell(b.Context(), o)
	}
}
