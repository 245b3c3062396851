package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/report"
)

// mostFindings is how many findings of one state the text form lists on standard
// output, and how many of one pair the Markdown form lists: more scroll past. The
// JSON form has all.
const mostFindings = 100

// format is a form of the report.
type format struct {
	name, ending string
	encode       func(w io.Writer, r *report.Report, o report.TextOptions) error
}

// formats are all of them, the default first.
func formats() []format {
	plain := func(encode func(io.Writer, *report.Report) error) func(io.Writer, *report.Report, report.TextOptions) error {
		return func(w io.Writer, r *report.Report, _ report.TextOptions) error { return encode(w, r) }
	}
	return []format{
		{"text", ".txt", report.Text},
		{"json", ".json", plain(report.JSON)},
		{"csv", ".csv", plain(report.CSV)},
		{"markdown", ".md", plain(markdown)},
		{"html", ".html", plain(page.Report)},
		{"junit", ".xml", plain(report.JUnit)},
		{"sarif", ".sarif", plain(report.SARIF)},
	}
}

func markdown(w io.Writer, r *report.Report) error {
	return report.Markdown(w, r, report.MarkdownOptions{Most: mostFindings})
}

// formatNamed returns nil where there is none of that name.
func formatNamed(name string) *format {
	for _, f := range formats() {
		if f.name == name {
			return &f
		}
	}
	return nil
}

// formatOf returns the form of a file by its ending; nil where none has it.
func formatOf(file string) *format {
	for _, f := range formats() {
		if f.ending == strings.ToLower(filepath.Ext(file)) {
			return &f
		}
	}
	return nil
}

// isJSON tells whether a file is a report in JSON, which can be read again.
func isJSON(file string) bool {
	f := formatOf(file)
	return f != nil && f.name == "json"
}

func formatNames() []string {
	var all []string
	for _, f := range formats() {
		all = append(all, f.name)
	}
	return all
}

func endings() []string {
	var all []string
	for _, f := range formats() {
		all = append(all, f.ending)
	}
	return all
}

// either is "a, b or c".
func either(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
