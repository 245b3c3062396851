package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/sigsync/sigsync/internal/page"
)

//go:embed page.html
var document string

// frontPage turns what is known into a document that needs nothing else: no script,
// and its style is in it. It does not load itself again: that would take a reader
// from where they are, with eyes as with a screen reader (WCAG 2.2, 2.2.2 and
// 3.2.5), and close what they opened. It says when it was made instead.
type frontPage struct{ template *template.Template }

func newFrontPage() *frontPage {
	return &frontPage{template.Must(template.New("page").Funcs(template.FuncMap{
		"number": page.Number, "plural": page.Plural, "clock": page.Clock, "machine": page.Machine, "long": page.Long, "near": distance,
		"width": func(share float64) string { return strconv.FormatFloat(max(share, 1), 'f', 2, 64) },
	}).Parse(document))}
}

// policy lets a browser load nothing but the page's own style and icon, and show
// the page in no other.
func (*frontPage) policy() string {
	return "default-src 'none'; style-src " + page.Hash(page.Style()) + "; img-src data:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func (p *frontPage) render(v *view) ([]byte, error) {
	var b bytes.Buffer
	if err := p.template.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("render page: %w", err)
	}
	return b.Bytes(), nil
}

// Style is the page's, as its policy has it.
func (*view) Style() template.CSS {
	return template.CSS(page.Style()) //nolint:gosec // it is a file of this program
}

// index answers with the page.
func (s *site) index(w http.ResponseWriter, r *http.Request) {
	content, err := s.page.render(s.view(s.Now()))
	if err != nil {
		s.Log.WithError(err).Error("the page was not made")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(content); err != nil {
		s.Log.WithError(err).Debug("a client left before it had the page")
	}
}

func (s *site) view(now time.Time) *view {
	known := s.History.snapshot()
	v := &view{
		Version: page.Brief(s.Version), Now: now, UnderWay: known.underWay, Next: known.next,
		Last: known.last, Runs: known.ended, Why: whyNone(known),
	}
	if ready, why := s.ready(); !ready {
		v.Unready = why
	}
	if known.whole != nil && !known.whole.Reported {
		v.Undone = known.whole
	}
	if s.Pairs != nil {
		v.await(s.Pairs())
	}
	return v
}
