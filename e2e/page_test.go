//go:build e2e

package e2e_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// estate is the audit of n images of which nothing is in sync.
func estate(n int) *report.Report {
	at := time.Date(2026, 8, 17, 2, 0, 0, 0, time.UTC)
	p := report.Pair{
		Name: "stage-to-prod", Source: report.End{Server: "main", Repository: "docker-stage-local"},
		Target: report.End{Server: "main", Repository: "docker-prod-local"}, Totals: report.NewTotals(), Findings: []report.Finding{},
	}
	teams := []string{"base", "checkout", "identity", "payments", "search"}
	states := []plan.State{plan.Missing, plan.Missing, plan.Missing, plan.Unsigned, plan.Stale, plan.Diverged, plan.Unknown}
	reasons := map[plan.State]string{
		plan.Unsigned: "neither side has a .sig tag for this digest, nor a referrer that signs it",
		plan.Stale:    "the source holds 2 signatures, the target 1 of them",
		plan.Diverged: "source and target hold signatures that the other lacks",
		plan.Unknown:  "the manifest at the source could not be read: 503 Service Unavailable",
	}
	by := map[string]*report.Coverage{}
	for i := range n {
		team, state := teams[i*len(teams)/n], states[i%len(states)]
		subject := oci.FromBytes([]byte(fmt.Sprint("subject ", i)))
		f := report.Finding{
			Image: fmt.Sprintf("%s/service-%05d", team, i), Tags: []string{fmt.Sprintf("1.%d", i%40)}, Subject: subject,
			State: state, Outcome: report.None, Reason: reasons[state],
		}
		if state != plan.Unsigned {
			f.Attachment = &report.Attachment{Tag: cosign.Tag{Subject: subject}.String(), Digest: oci.FromBytes([]byte(fmt.Sprint("sig ", i)))}
		}
		if state == plan.Missing {
			f.Outcome = report.Planned
		}
		p.Findings = append(p.Findings, f)
		p.Totals.States[state]++
		p.Totals.Outcomes[f.Outcome]++
		if by[team] == nil {
			by[team] = &report.Coverage{}
		}
		c := report.Coverage{Subjects: 1 + 2*i%5, Signed: 2 * i % 5} // some are in sync
		switch state {
		case plan.Missing:
			c.Missing++
		case plan.Stale:
			c.Signed, c.Stale = c.Signed+1, 1
		case plan.Diverged:
			c.Signed, c.Diverged = c.Signed+1, 1
		case plan.Unsigned:
			c.Unsigned++
		default:
			c.Unknown++
		}
		by[team].Add(c)
	}
	for _, team := range teams {
		if by[team] != nil {
			p.Prefixes = append(p.Prefixes, report.PrefixCoverage{Prefix: team, Coverage: *by[team]})
			p.Totals.Coverage.Add(*by[team])
		}
	}
	p.Totals.Subjects = p.Totals.Coverage.Subjects
	p.Totals.States[plan.InSync] = p.Totals.Coverage.Signed - p.Totals.Coverage.Stale - p.Totals.Coverage.Diverged
	broken := report.Pair{
		Name: "dev-to-edge", Source: report.End{Server: "main", Repository: "docker-dev-local"},
		Target: report.End{Server: "edge", Repository: "docker-edge"}, Totals: report.NewTotals(), Findings: []report.Finding{},
		Error: "target: list docker-edge: 403 Forbidden: User sigsync is not permitted",
	}
	r := &report.Report{
		Schema: report.Schema, Totals: report.NewTotals(), Pairs: []report.Pair{p, broken},
		Requests:  report.Requests{Total: 41, ByOperation: map[string]int{"aql": 7, "storage": 34}},
		Addresses: map[string]string{"main": "acme.jfrog.io"},
		Run: report.Run{
			ID: "20260817T020000Z-7", Mode: report.ModeAudit, Version: "1.2.0", Started: at, Finished: at.Add(83 * time.Second),
			FailOn: []plan.State{plan.Missing, plan.Partial, plan.Stale, plan.Diverged, plan.Suspect, plan.Unknown},
		},
	}
	for _, p := range r.Pairs {
		r.Totals.Add(p.Totals)
	}
	r.Run.ExitCode = r.ExitCode()
	return r
}

func pageOf(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := page.Report(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A hundred thousand findings are filtered, sorted and walked through, and only
// those that are seen have rows.
func TestPageOfAHundredThousandFindings(t *testing.T) {
	b := newBrowser(t)
	document := pageOf(t, estate(100_000))
	t.Logf("the page has %d bytes", len(document))
	b.open(document, "")
	shown := func(want string) {
		t.Helper()
		b.until(`document.getElementById("shown").textContent === ` + fmt.Sprintf("%q", want))
		if n := value[int](b, `document.querySelectorAll("#grid tbody tr").length`); n > 100 {
			t.Errorf("%d rows at a time, want those that are seen", n)
		}
	}
	top := func() string {
		return value[string](b, `document.querySelector("#grid tbody tr[aria-rowindex='2'] .image").textContent`)
	}
	shown("100,000 of 100,000 findings")
	if value[bool](b, `document.getElementById("first").checkVisibility()`) {
		t.Error("the table for those without a script is shown too")
	}
	if value[string](b, `document.getElementById("grid").getAttribute("aria-rowcount")`) != "100001" {
		t.Error("a screen reader is not told how many rows there are")
	}

	// Sorted one way, the other, and not.
	if got := top(); got != "base/service-00000:1.0" {
		t.Errorf("first row = %s", got)
	}
	image := `document.querySelector("#grid th.image button")`
	b.click(image)
	b.click(image)
	if got, sort := top(), value[string](b, `document.querySelector("#grid th.image").getAttribute("aria-sort")`); got != "search/service-99999:1.39" || sort != "descending" {
		t.Errorf("sorted by image: first row = %s, aria-sort = %s", got, sort)
	}
	b.click(image)

	// By keys to the end, to the details and back.
	b.do(chromedp.Evaluate(`document.getElementById("grid").focus()`, nil))
	b.press(kb.End)
	b.until(`document.getElementById("grid").getAttribute("aria-activedescendant") === "row-99999"`)
	if got := value[string](b, `document.getElementById("row-99999").getAttribute("aria-selected")`); got != "true" {
		t.Errorf("aria-selected of the last row = %s", got)
	}
	b.press(kb.ArrowUp, kb.PageUp, kb.Home, kb.ArrowDown, kb.Enter)
	b.until(`document.activeElement.id === "details"`)
	details := value[string](b, `document.getElementById("details").innerText`)
	subject := oci.FromBytes([]byte("subject 1"))
	for _, want := range []string{
		"base/service-00001:1.1", "sha256-" + subject.Hex() + ".sig",
		`cosign verify --key "$KEY" acme.jfrog.io/docker-prod-local/base/service-00001@` + subject.String(),
	} {
		if !strings.Contains(details, want) {
			t.Errorf("details = %s, want %s in it", details, want)
		}
	}
	b.press(kb.Escape)
	b.until(`document.activeElement.id === "grid"`)

	// Narrowed by words, by state, by both.
	b.click(`document.getElementById("words")`)
	b.press("PAYMENTS service-6007")
	shown("10 of 100,000 findings")
	b.do(chromedp.Evaluate(`document.getElementById("state").value = "`+fmt.Sprint(int(plan.Unsigned))+`"; document.getElementById("filter").requestSubmit()`, nil))
	shown("2 of 100,000 findings")
	b.do(chromedp.Evaluate(`document.getElementById("filter").reset(); document.getElementById("filter").requestSubmit()`, nil))
	shown("100,000 of 100,000 findings")
	b.click(`document.getElementById("counting")`)
	shown("85,714 of 100,000 findings")

	// Scrolled somewhere, there are the rows that belong there.
	b.do(chromedp.Evaluate(`document.getElementById("scroller").scrollTop = 36 * 50000`, nil))
	b.until(`document.querySelector("#grid tbody tr[aria-rowindex='50002']") !== null`)
	t.Logf("filter, sort and draw took %v ms", value[float64](b, `(() => { const t = performance.now(); document.getElementById("words").value = "service-04"; document.getElementById("filter").requestSubmit(); return performance.now() - t; })()`))
	b.alone()
}

// However narrow the window and long the names, nothing but tables is scrolled
// sideways (WCAG 2.2, 1.4.10), and the rows have the height that the script expects.
func TestPageFits(t *testing.T) {
	b := newBrowser(t)
	r := estate(300)
	long := strings.Repeat("name-without-end", 20)
	p := &r.Pairs[0]
	p.Name, p.Source.Repository, p.Prefixes[0].Prefix, r.Pairs[1].Error = long, long, long, long
	for i := range 30 {
		f := &p.Findings[i]
		f.Image, f.Tags, f.Reason = long+"/"+long, []string{long, long}, long
	}
	b.open(pageOf(t, r), "")
	for _, width := range []int64{320, 390, 1280} {
		b.do(emulation.SetDeviceMetricsOverride(width, 900, 1, false))
		b.do(chromedp.Evaluate(`document.getElementById("grid").focus()`, nil))
		b.press(kb.End, kb.Home)
		if got := value[int64](b, `document.documentElement.scrollWidth`); got > width {
			t.Errorf("the page is %d wide in a window of %d", got, width)
		}
		if got := value[float64](b, `document.getElementById("row-1").getBoundingClientRect().height`); got != 36 {
			t.Errorf("a row is %v high in a window of %d, want 36", got, width)
		}
		if !value[bool](b, `[...document.querySelectorAll(".prefixes th.image")].some(th => th.textContent === "payments/" && th.getBoundingClientRect().height < 48)`) {
			t.Errorf("a short prefix is broken over lines in a window of %d", width)
		}
	}
	b.alone()
}

func TestPageInDarkAndOnPaper(t *testing.T) {
	b := newBrowser(t)
	r := estate(300)
	for i := range 20 { // which are folded on the screen
		r.Pairs[0].Prefixes = append(r.Pairs[0].Prefixes, report.PrefixCoverage{Prefix: fmt.Sprint("team-", i), Coverage: report.Coverage{Subjects: 1, Signed: 1}})
	}
	b.open(pageOf(t, r), "")
	prefixes := `document.querySelector(".prefixes").checkVisibility({contentVisibilityAuto: true})`
	if value[bool](b, prefixes) {
		t.Error("25 prefixes are shown unasked")
	}
	ground := `getComputedStyle(document.body).backgroundColor`
	if got := value[string](b, ground); got != "rgb(245, 246, 248)" {
		t.Errorf("background = %s", got)
	}
	b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	if got := value[string](b, ground); got != "rgb(15, 19, 24)" {
		t.Errorf("background in dark = %s", got)
	}
	if got := value[string](b, `getComputedStyle(document.getElementById("words"), "::placeholder").color`); got != "rgb(154, 165, 177)" {
		t.Errorf("a hint in dark is %s, want the colour that can be read there", got)
	}
	b.do(emulation.SetEmulatedMedia().WithMedia("print"))
	if value[bool](b, `document.getElementById("explorer").checkVisibility()`) || !value[bool](b, `document.getElementById("first").checkVisibility()`) {
		t.Error("on paper there is the table that needs a script, or not the other one")
	}
	if !value[bool](b, prefixes) {
		t.Error("on paper the prefixes are folded")
	}
	b.alone()
}

// Pages of continuous integration servers forbid scripts, and some even styles.
func TestPageUnderAStrictPolicy(t *testing.T) {
	for name, policy := range map[string]string{
		"Jenkins":   "sandbox ; default-src 'none'; img-src 'self'; style-src 'self';",
		"no script": "script-src 'none'",
	} {
		t.Run(name, func(t *testing.T) {
			b := newBrowser(t)
			b.open(pageOf(t, estate(300)), policy)
			text := b.heard()
			for _, want := range []string{"signed at the target", "base/service-00000:1.0", `cosign verify --key "$KEY"`, "The first 200 of 300"} {
				if !strings.Contains(text, want) {
					t.Errorf("the page does not say %s", want)
				}
			}
			for _, not := range []string{"rows", "only what counts as left", "Arrow keys"} {
				if strings.Contains(text, not) {
					t.Errorf("the page says %s, which needs a script", not)
				}
			}
			for _, url := range b.requests {
				if !strings.HasSuffix(url, "/report.html") && !strings.HasPrefix(url, "data:") {
					t.Errorf("the page asked for %s", url)
				}
			}
		})
	}
}

// Names and words of a server are text, whatever they say.
func TestPageShowsHostileNamesAsText(t *testing.T) {
	b := newBrowser(t)
	word := `</script><img src=x onerror=alert(1)><!--<script>alert(2)//"'` + "`${alert(3)}"
	r := estate(3)
	p := &r.Pairs[0]
	p.Name, p.Target.Repository, p.Prefixes[0].Prefix, r.Run.ID, r.Pairs[1].Error = word, word, word, word, word
	for i := range p.Findings {
		f := &p.Findings[i]
		f.Image, f.Tags, f.Reason, f.Attachment = word, []string{word}, word, &report.Attachment{Tag: word}
	}
	r.Addresses["main"] = word
	b.open(pageOf(t, r), "")
	b.do(chromedp.Evaluate(`document.getElementById("grid").focus()`, nil))
	b.press(kb.Home)
	b.until(`document.getElementById("details").textContent !== ""`)
	if got := value[string](b, `document.querySelector("#grid td.reason").textContent`); got != word {
		t.Errorf("reason = %s, want %s", got, word)
	}
	if n := value[int](b, `document.querySelectorAll("img, iframe, object, script:not(#data), [onerror]").length`); n != 1 {
		t.Errorf("%d elements that load or run something, want the page's own script", n)
	}
	b.alone()
}
