//go:build e2e

package e2e_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a Chromium with one page open.
type browser struct {
	*testing.T
	ctx context.Context

	mu sync.Mutex
	// requests are all that the page has sent, trouble what it complained of, and
	// asked the dialogs that it has opened.
	requests, trouble, asked []string
}

// chromium finds the browser; a machine without one skips the test, and says how
// to get it.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium on the path: apt-get install chromium")
	return ""
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.WindowSize(1280, 1000), chromedp.Flag("force-prefers-reduced-motion", true))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocated, chromedp.WithErrorf(t.Logf))
	t.Cleanup(end)
	ctx, giveUp := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(giveUp)
	b := &browser{T: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.hear)
	b.do(network.Enable(), cdplog.Enable(), runtime.Enable())
	return b
}

func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *cdplog.EventEntryAdded:
		b.trouble = append(b.trouble, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, e.ExceptionDetails.Error())
	case *page.EventJavascriptDialogOpening:
		b.asked = append(b.asked, e.Message)
	}
}

func (b *browser) do(actions ...chromedp.Action) {
	b.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// open serves a document with that policy, "" for none, and opens it.
func (b *browser) open(document []byte, policy string) {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		_, _ = w.Write(document)
	}))
	b.Cleanup(server.Close)
	b.do(chromedp.Navigate(server.URL + "/report.html"))
}

// alone fails where the page has asked for anything but itself, or complained.
func (b *browser) alone() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requests {
		if !strings.HasSuffix(url, "/report.html") && !strings.HasPrefix(url, "data:image/svg+xml") {
			b.Errorf("the page asked for %s", url)
		}
	}
	for _, trouble := range append(b.trouble, b.asked...) {
		b.Errorf("the browser says %s", trouble)
	}
}

// value is what an expression gives.
func value[T any](b *browser, expression string) (v T) {
	b.Helper()
	b.do(chromedp.Evaluate(expression, &v))
	return v
}

// until waits for an expression to become true.
func (b *browser) until(expression string) {
	b.Helper()
	b.do(chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(30*time.Second)))
}

// Nodes are not asked for by their selectors: the protocol would send all of a
// document with them, and this one has a text of many megabytes.

// click clicks where the element is that an expression gives.
func (b *browser) click(element string) {
	b.Helper()
	at := value[[]float64](b, `(e => { e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })(`+element+`)`)
	b.do(chromedp.MouseClickXY(at[0], at[1]))
}

// press presses keys where the focus is.
func (b *browser) press(keys ...string) {
	b.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
	}
}

// heard is all that a screen reader is told of the page. It needs no script.
func (b *browser) heard() string {
	b.Helper()
	// The library's own types do not know all words of newer browsers.
	var tree struct {
		Nodes []struct {
			Ignored bool `json:"ignored"`
			Name    struct {
				Value any `json:"value"`
			} `json:"name"`
		} `json:"nodes"`
	}
	b.do(chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, "Accessibility.getFullAXTree", nil, &tree)
	}))
	var words strings.Builder
	for _, n := range tree.Nodes {
		if name, ok := n.Name.Value.(string); ok && !n.Ignored {
			words.WriteString(name + "\n")
		}
	}
	return words.String()
}
