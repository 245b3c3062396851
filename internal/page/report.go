package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/sigsync/sigsync/internal/report"
)

//go:embed report.html
var document string

//go:embed report.css
var ownStyle string

//go:embed report.js
var script string

// Report writes a report as one HTML file that loads nothing: its style, its
// script and all findings are in it. Its own policy allows just these. Where no
// script may run it shows the coverage and the first findings; where not even its
// style may apply, as text with tables.
func Report(w io.Writer, r *report.Report) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"number": Number, "plural": Plural, "clock": Clock, "machine": Machine, "long": Long,
	}).Parse(document)
	if err == nil {
		err = t.Execute(w, newView(r))
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// Style is the page's, as its Policy has it.
func (*view) Style() template.CSS {
	return template.CSS(style + ownStyle) //nolint:gosec // they are files of this package
}

// Script is the page's, as its Policy has it.
func (*view) Script() template.JS {
	return template.JS(script) //nolint:gosec // it is a file of this package
}

// Policy lets a browser load nothing but the page's own style, script and icon.
func (*view) Policy() string {
	return "default-src 'none'; style-src " + Hash(style+ownStyle) + "; script-src " + Hash(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

// Data are all findings, for the script. They are no script themselves, and
// nothing in them ends the element that they are in.
func (v *view) Data() template.JS {
	return template.JS(newTable(v.report).encode()) //nolint:gosec // encode leaves no < in it
}
