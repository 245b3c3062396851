package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
)

func TestThePageBeginsWithTheVerdict(t *testing.T) {
	interrupted, stopped, late := made(), made(), made()
	interrupted.Run.Interrupted = true
	stopped.Run.Stopped = &report.Stop{By: report.ByMaxCopies, Reason: "limits.max_copies is 5"}
	late.Run.Stopped = &report.Stop{By: report.ByRunTimeout, Reason: "run_timeout of 5m is over"}
	careless := made(found("1.0", plan.Missing, report.Failed, ""))
	careless.Run.FailOn = nil
	for _, r := range []*report.Report{interrupted, stopped, late, careless} {
		r.Run.ExitCode = r.ExitCode()
	}
	for name, c := range map[string]struct {
		r        *report.Report
		level    string
		headline string
		says     string
	}{
		"good":        {made(found("1.0", plan.Missing, report.Copied, "")), "good", "Nothing needs attention", "Exit 0: finished, and"},
		"careless":    {careless, "good", "Finished; no state counts as left", "Exit 0: finished; fail_on names no state"},
		"one left":    {made(many(1, plan.Missing)...), "warn", "One finding needs attention", "Exit 3: left in a state that needs attention: missing."},
		"many left":   {made(many(1200, plan.Unknown)...), "warn", "1,200 findings need attention", "Exit 3: left"},
		"stopped":     {stopped, "warn", "A limit stopped the last run", "Nothing more was begun: limits.max_copies is 5."},
		"broken":      {joined(made().Pairs[0], broken("typo", "x")), "bad", "1 of 2 pairs could not be done", "Exit 1: the run could not do all of its work"},
		"late":        {late, "bad", "The last run did not come to its end", "Nothing more was begun: run_timeout of 5m is over."},
		"interrupted": {interrupted, "bad", "The last run was interrupted", "Exit 130:"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.ran(web.BySchedule, c.r, nil)
			p := w.page()
			verdict := p.one("main").section("verdict")
			verdict.says(c.headline, c.says, "sync by the schedule, ended 59 min ago at 2026-01-02 12:00:01 UTC, took 1.5 s.")
			if got, _ := verdict.attribute("class"); got != "verdict "+c.level {
				t.Errorf("class = %q, want %q", got, c.level)
			}
			if got := p.one("h1").text(); got != c.headline {
				t.Errorf("headline = %q, want %q", got, c.headline)
			}
			if got, want := p.one("title").text(), c.headline+" – sigsync"; got != want {
				t.Errorf("title = %q, want %q", got, want)
			}
		})
	}
}

func TestThePageBeforeTheFirstReport(t *testing.T) {
	w := newWorld(t)
	w.options.Pairs = func() []web.Pair {
		return []web.Pair{{Name: "dev-to-prod", Source: report.End{Server: "main", Repository: "dev"}, Target: report.End{Server: "main", Repository: "prod"}}}
	}
	p := w.page()
	p.says("sigsync v1.2.3", "No run has ended yet", "There is no report: no whole run has ended yet.",
		"No run is under way.", "It is not known when the next run is due.", "dev-to-prod not looked at yet dev → to prod on main", "None has ended since")
	if found := len(p.all("table")) + len(p.all("dl")); found > 0 {
		t.Errorf("%d tables of nothing", found)
	}
	w.history.Next(after(67))
	w.page().says("the next is due at 2026-01-02 13:07:00 UTC.", "The next whole run is due in 7 min, at 2026-01-02 13:07:00 UTC.")
	w.history.Began(web.AtStart, after(59))
	w.page().says("The first run is under way", "under way run at the start of the program since 2026-01-02 12:59:00 UTC (1 min ago)")
}

func TestThePageSaysThatTheLastRunWasNotDone(t *testing.T) {
	w := newWorld(t)
	w.ran(web.BySchedule, nil, errors.New("token: ${TOKEN} is not set"))
	w.page().section("verdict").says("The last run could not be done", "The run by the schedule that ended at 2026-01-02 12:01:00 UTC (59 min ago) made no report.", "token: ${TOKEN} is not set")
	w.ran(web.AtStart, made(), nil)
	w.page().section("verdict").says("Nothing needs attention")
	w.ran(web.BySchedule, nil, errors.New("token: ${TOKEN} is not set"))
	w.ran(web.ByEvent, made(), nil)
	w.page().section("verdict").says("The last run could not be done", "What follows is of an earlier run. Exit 0", "sync at the start of the program")
}

func TestThePageSaysThatARunIsOverdue(t *testing.T) {
	w := newWorld(t)
	w.history.Next(after(-60 * 46))
	w.page().section("now").says("The next whole run was due 47 h ago")
	w.history.Next(after(-60 * 47))
	w.page().section("now").says("was due 2 days ago")
}

func TestThePageShowsPairs(t *testing.T) {
	quiet, left := made().Pairs[0], made(found("1", plan.Missing, report.Copied, ""), found("2", plan.Missing, report.Failed, "why"),
		found("3", plan.Missing, report.Held, ""), found("4", plan.Unsigned, report.None, "")).Pairs[0]
	quiet.Name, left.Name, left.Unread = "quiet", "left", 3
	left.Totals.Subjects, left.Totals.States[plan.InSync] = 3000, 1996
	w := newWorld(t)
	w.ran(web.AtStart, joined(quiet, left, broken("typo", "does not exist\non server main")), nil)
	w.options.Pairs = func() []web.Pair { return []web.Pair{{Name: "quiet"}, {Name: "new"}} }
	cards := w.page().section("pairs").all("section")
	var names []string
	for _, card := range cards {
		names = append(names, card.one("h3").text())
	}
	if diff := cmp.Diff([]string{"typo could not be done", "left 2 left", "quiet", "new not looked at yet"}, names); diff != "" {
		t.Fatalf("pairs (-want +got):\n%s", diff)
	}
	cards[0].says("dve on main → to prod on eu")
	if got, want := cards[0].one("pre").text(), "does not exist on server main"; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
	cards[1].says("dev → to prod on main", "3,000 subjects compared", "State Number Share What became of them",
		"in-sync 1,996", "missing 3 1 copied, 1 held, 1 failed", "unsigned 1", "3 tagged images without a .sig tag")
	var widths, levels []string
	for _, bar := range cards[1].all("svg") {
		level, _ := bar.attribute("class")
		width, _ := bar.one("rect", "class", "part").attribute("width")
		widths, levels = append(widths, width), append(levels, level)
	}
	if diff := cmp.Diff([][]string{{"99.80", "1.00", "1.00"}, {"good", "warn", "none"}}, [][]string{widths, levels}); diff != "" {
		t.Errorf("bars (-want +got):\n%s", diff)
	}
}

// What was missing and is no longer is nothing to worry about.
func TestWhatIsMendedIsGood(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, made(found("1", plan.Missing, report.Copied, ""), found("2", plan.Missing, report.Repaired, "")), nil)
	w.page().section("pairs").one("svg", "class", "good")
	w.page().section("attention").says("Nothing.")
}

func TestThePageShowsSoManyPairs(t *testing.T) {
	var pairs []report.Pair
	for i := range intake.ShownPairs + 1 {
		pairs = append(pairs, broken(fmt.Sprintf("pair-%d", i), "x"))
	}
	w := newWorld(t)
	w.ran(web.AtStart, joined(pairs...), nil)
	w.options.Pairs = func() []web.Pair {
		return append(make([]web.Pair, intake.ShownPairs+2), web.Pair{Name: "pair-1"}, web.Pair{Name: "pair-200"})
	}
	shown := w.page().section("pairs")
	shown.says("And 1 more pair: the whole report as JSON.", "And 2 more pairs not looked at yet.")
	if got := len(shown.all("section")); got != 2*intake.ShownPairs {
		t.Errorf("%d pairs are shown, want %d", got, 2*intake.ShownPairs)
	}
}

func TestThePageShowsWhatNeedsAttention(t *testing.T) {
	referrer := found("5.0", plan.Suspect, report.None, "names another")
	referrer.Family, referrer.Attachment.Tag = cosign.Attestation, ""
	nameless := report.Finding{Image: "team/old", State: plan.Unknown, Outcome: report.None}
	unsigned := found("6.0", plan.Unsigned, report.None, "neither side has one")
	unsigned.Attachment = nil
	tagged := found("1.0", plan.Missing, report.Failed, "403: no")
	tagged.Tags = strings.Split("1 2 3 4 5 6 7 8 9 10", " ")
	w := newWorld(t)
	w.ran(web.AtStart, made(tagged, found("2.0", plan.InSync, report.None, "all"), found("3.0", plan.Missing, report.Copied, ""), referrer, nameless, unsigned), nil)
	p := w.page()
	rows := func(section document) (all []string) {
		for _, row := range section.all("tr") {
			if len(row.all("td")) > 0 {
				all = append(all, row.text())
			}
		}
		return all
	}
	full, short := tagged.Subject.String(), tagged.Subject.Short()
	if diff := cmp.Diff([]string{
		"team/app:1,2,3,4,5,6,7,8 and 2 more tags " + short + full + " signature dev-to-prod failed 403: no",
		"team/app:5.0 " + referrer.Subject.Short() + referrer.Subject.String() + " attestation " + referrer.Attachment.Digest.Short() + " dev-to-prod none names another",
		"team/old not told signature dev-to-prod none –",
	}, rows(p.section("attention"))); diff != "" {
		t.Errorf("attention (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"team/app:6.0 " + unsigned.Subject.Short() + unsigned.Subject.String() + " – dev-to-prod none neither side has one",
	}, rows(p.section("also"))); diff != "" {
		t.Errorf("also found (-want +got):\n%s", diff)
	}
	p.section("attention").says("missing 1", "The source has it, the target does not.", "suspect 1", "unknown 1")
}

func TestNoStateIsCrowdedOut(t *testing.T) {
	findings := slices.Concat(many(1000, plan.Missing), many(90, plan.Suspect), many(3, plan.Unsigned), many(500, plan.Unknown))
	w := newWorld(t)
	w.ran(web.AtStart, made(findings...), nil)
	p := w.page()
	got := map[string]int{}
	for _, s := range plan.States() {
		for _, section := range p.all("section", "aria-labelledby", "state-"+s.String()) {
			got[s.String()] = len(section.one("tbody").all("tr"))
		}
	}
	// 3 of those that want no more, and of the rest each a third.
	if diff := cmp.Diff(map[string]int{"missing": 66, "suspect": 66, "unknown": 65, "unsigned": 3}, got); diff != "" {
		t.Errorf("findings shown (-want +got):\n%s", diff)
	}
	p.section("state-missing").says("And 934 more: the whole report as JSON.")
	link := p.section("state-missing").all("a")[0]
	if href, _ := link.attribute("href"); href != "api/v1/report" {
		t.Errorf("link = %q, want the report's", href)
	}
}

// The browser must apply the style, and must find nothing that the policy forbids.
func TestThePageHoldsItsPolicy(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, joined(made(many(3, plan.Missing)...).Pairs[0], broken("typo", "x")), nil)
	policy := w.ask("GET", "/").Header.Get("Content-Security-Policy")
	p := w.page()
	sum := sha256.Sum256([]byte(p.one("style").FirstChild.Data))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
		t.Errorf("policy = %q, want the style's %q", policy, want)
	}
	for _, forbidden := range []string{"script", "iframe", "object", "embed", "img", "form", "base"} {
		if n := len(p.all(forbidden)); n > 0 {
			t.Errorf("%d elements %s", n, forbidden)
		}
	}
	for _, e := range p.all("*") {
		for _, a := range e.Attr {
			outside := (a.Key == "href" || a.Key == "src") && strings.Contains(a.Val, ":") && !strings.HasPrefix(a.Val, "data:image/svg+xml,")
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || outside {
				t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
			}
		}
	}
	if n := len(p.all("meta", "http-equiv", "refresh")); n > 0 {
		t.Error("the page loads itself again")
	}
}

func TestThePageIsFitForEveryReader(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, joined(made(slices.Concat(many(3, plan.Missing), many(2, plan.Unsigned))...).Pairs[0], broken("typo", "x")), nil)
	p := w.page()
	if lang, _ := p.one("html").attribute("lang"); lang != "en" {
		t.Errorf("lang = %q", lang)
	}
	depth := 0
	for _, e := range p.all("*") {
		if len(e.Data) == 2 && e.Data[0] == 'h' && '1' <= e.Data[1] && e.Data[1] <= '6' {
			if level := int(e.Data[1] - '0'); level > depth+1 {
				t.Errorf("heading %q of level %d after one of %d", e.text(), level, depth)
			} else {
				depth = level
			}
		}
	}
	for _, table := range p.all("table") {
		if table.one("caption").text() == "" {
			t.Error("a table without a caption")
		}
		for _, head := range table.all("th") {
			if scope, _ := head.attribute("scope"); scope != "col" && scope != "row" {
				t.Errorf("<th> %q has the scope %q", head.text(), scope)
			}
		}
	}
	ids := map[string]bool{}
	for _, e := range p.all("*") {
		if id, ok := e.attribute("id"); ok {
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		}
	}
	for _, e := range p.all("*") {
		label, ok := e.attribute("aria-labelledby")
		if href, _ := e.attribute("href"); strings.HasPrefix(href, "#") {
			label, ok = href[1:], true
		}
		if ok && !ids[label] {
			t.Errorf("<%s> leads to %q, which is not there", e.Data, label)
		}
	}
	for _, e := range p.all("time") {
		machine, _ := e.attribute("datetime")
		at, err := time.Parse(time.RFC3339, machine)
		if err != nil || at.UTC().Format("2006-01-02 15:04:05 UTC") != e.text() {
			t.Errorf("time %q = %q: %v", machine, e.text(), err)
		}
	}
}

const hostile = "<script>alert(1)</script>\"'><img src=x onerror=y>\u202eevil\x1b[31m\x00\n</style>{{.}}javascript:x"

// Whatever a server calls its things, they are text.
func TestHostileNames(t *testing.T) {
	f := found(hostile, plan.Missing, report.Failed, hostile)
	f.Image = hostile
	f.Attachment.ArtifactType = hostile
	r := joined(made(f).Pairs[0], broken(hostile, hostile))
	for i := range r.Pairs {
		r.Pairs[i].Name = hostile
		r.Pairs[i].Source, r.Pairs[i].Target = report.End{Server: hostile, Repository: hostile}, report.End{Server: hostile + "2", Repository: hostile}
	}
	r.Run.ID, r.Run.Mode, r.Run.Version = hostile, hostile, hostile
	r.Run.Stopped = &report.Stop{By: report.ByMaxCopies, Reason: hostile}
	w := newWorld(t)
	w.options.Version = hostile
	w.options.Ready = func() (bool, string) { return false, hostile }
	w.options.Pairs = func() []web.Pair {
		return []web.Pair{{Name: hostile + "new", Source: report.End{Server: hostile, Repository: hostile}}}
	}
	w.ran(web.AtStart, r, nil)
	w.history.Began(web.ByEvent, noon, hostile, hostile)(nil, errors.New(hostile), after(1))
	w.history.Began(web.ByEvent, noon, hostile)
	w.ran(web.AtStart, nil, errors.New(hostile))
	p := w.page()
	if len(p.all("script"))+len(p.all("img")) > 0 || len(p.all("style")) != 1 {
		t.Error("a name became an element")
	}
	for _, e := range p.all("*") {
		for _, a := range e.Attr {
			if a.Key != "content" && a.Key != "href" && strings.Contains(a.Val, "alert") {
				t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
			}
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
				t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
			}
		}
	}
	for n := range p.Descendants() {
		unfit := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
		if n.Type == html.TextNode && strings.ContainsFunc(n.Data, unfit) {
			t.Errorf("text %q", n.Data)
		}
	}
	if got, want := strings.Count(p.text(), "<script>alert(1)</script>"), 20; got < want {
		t.Errorf("the name is shown %d times, want it %d times at the least", got, want)
	}
}

func TestLongTextsAreCut(t *testing.T) {
	long := strings.Repeat("ä", intake.MessageBytes)
	w := newWorld(t)
	w.ran(web.AtStart, made(found("1.0", plan.Missing, report.Failed, long)), nil)
	want := strings.Repeat("ä", intake.MessageBytes/2) + "…"
	if got := w.page().section("attention").text(); !strings.HasSuffix(got, " "+want) {
		t.Errorf("shown are %d bytes of a reason of %d, want %d", len(got), len(long), len(want))
	}
	w.ran(web.AtStart, made(found("1.0", plan.Missing, report.Failed, "x"+long)), nil)
	if got := w.page().section("attention").text(); strings.ContainsRune(got, '?') {
		t.Errorf("a character is cut in two: %q", got[len(got)-20:])
	}
}

// A report is nothing that a page may show of itself for ever.
func TestThePageIsNotKept(t *testing.T) {
	w := newWorld(t)
	answer := w.ask("HEAD", "/")
	if got := answer.Header.Get("Cache-Control"); got != "no-store" || body(answer) != "" || answer.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD /: Cache-Control = %q, Content-Length = %q", got, answer.Header.Get("Content-Length"))
	}
}

func TestADigestIsThereInFull(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, made(found("1.0", plan.Missing, report.Failed, "")), nil)
	details := w.page().one("details")
	digest := oci.FromBytes([]byte("1.0"))
	if short, full := details.one("summary").text(), details.one("code", "class", "full").text(); short != digest.Short() || full != digest.String() {
		t.Errorf("digest = %q, in full %q", short, full)
	}
}
