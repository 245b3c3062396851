//go:build e2e

package e2e_test

import (
	"bytes"
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/sigsync/sigsync/internal/report"
)

var screenshots = flag.String("screenshots", "", "folder to make the pictures of the documentation in (make screenshots)")

func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("pictures are made by make screenshots")
	}
	r := estate(2000)
	b := newBrowser(t)
	b.open(pageOf(t, r), "")
	b.picture("report-light.png")
	b.do(chromedp.Evaluate(`document.getElementById("explorer").scrollIntoView(); document.getElementById("grid").focus({preventScroll: true})`, nil))
	b.press(kb.Home, kb.ArrowDown)
	b.do(chromedp.Evaluate(`document.getElementById("findings").scrollIntoView()`, nil))
	b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	b.picture("report-dark.png")

	few := estate(5)
	few.Pairs = few.Pairs[:1]
	few.Run.ExitCode = few.ExitCode()
	var text bytes.Buffer
	if err := report.Text(&text, few, report.TextOptions{Colour: true}); err != nil {
		t.Fatal(err)
	}
	b.do(emulation.SetDeviceMetricsOverride(1280, 20, 1, false))
	b.open([]byte(terminalOf("$ sigsync audit\n"+text.String())), "")
	b.do(emulation.SetDeviceMetricsOverride(1280, value[int64](b, `document.body.scrollHeight`), 1, false))
	b.picture("report-text.png")
}

func (b *browser) picture(name string) {
	b.Helper()
	var png []byte
	b.do(chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(*screenshots, name), png, 0o600); err != nil {
		b.Fatal(err)
	}
}

// terminalOf shows text with a terminal's colours as a terminal would.
func terminalOf(text string) string {
	colours := map[string]string{"1": "font-weight:bold", "2": "color:#9aa5b1", "31": "color:#ff8f86", "32": "color:#56d364", "33": "color:#e3b341"}
	body := regexp.MustCompile(`\x1b\[(\d+)m`).ReplaceAllStringFunc(html.EscapeString(text), func(escape string) string {
		code := strings.Trim(escape, "\x1b[m")
		if code == "0" {
			return "</span>"
		}
		return `<span style="` + colours[code] + `">`
	})
	return `<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#0f1318;color:#e4e8ee}
pre{margin:0;padding:16px 20px;font:14px/1.45 "DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre-wrap}</style><pre>` + body + `</pre>`
}
