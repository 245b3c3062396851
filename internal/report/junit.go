package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
)

// JUnit writes the report as continuous integration reads tests: a suite for
// each pair, in which its comparison is a test, and each finding is one. What
// counts as left is a failure; what could not be determined, and a pair that
// could not be done, an error; what does not count is skipped.
func JUnit(w io.Writer, r *Report) error {
	var all suites
	for i := range r.Pairs {
		all.Suites = append(all.Suites, suiteOf(r, &r.Pairs[i], i))
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	err := e.Encode(all)
	if err == nil {
		b.WriteByte('\n')
		_, err = w.Write(b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// The elements and their order are those of the schema of Ant's JUnit task, the
// strictest of those in use; skipped is that of the others too.
type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []suite  `xml:"testsuite"`
}

type suite struct {
	Package    string     `xml:"package,attr"`
	ID         int        `xml:"id,attr"`
	Name       string     `xml:"name,attr"`
	Timestamp  string     `xml:"timestamp,attr"`
	Hostname   string     `xml:"hostname,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Time       string     `xml:"time,attr"`
	Properties []property `xml:"properties>property"`
	Cases      []testCase `xml:"testcase"`
	Out        string     `xml:"system-out"`
	Err        string     `xml:"system-err"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type testCase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    string   `xml:"time,attr"`
	Skipped *skipped `xml:"skipped"`
	Error   *problem `xml:"error"`
	Failure *problem `xml:"failure"`
}

type skipped struct {
	Message string `xml:"message,attr"`
}

type problem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

// A report tells no times of its parts.
const noTime = "0"

func suiteOf(r *Report, p *Pair, id int) suite {
	s := suite{
		Package: "sigsync", ID: id, Name: printable.Line(p.Name), Hostname: hostname(r, p), Time: noTime,
		Timestamp:  r.Run.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: properties(r, p), Cases: []testCase{compared(r, p)},
		Out: printable.Line(p.Source.Repository + " -> " + p.Target.Repository + ": " + extent(r, p)),
	}
	for i := range p.Findings {
		s.Cases = append(s.Cases, caseOf(r, p, &p.Findings[i]))
	}
	for _, c := range s.Cases {
		s.Tests++
		switch {
		case c.Error != nil:
			s.Errors++
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

// extent says how much was compared, and how far signatures cover it.
func extent(r *Report, p *Pair) string {
	compared := plural(p.Totals.Subjects, "subject")
	switch c := r.Covered(p); {
	case p.Error != "":
		return "could not be done"
	case r.Elsewhere(p) != "":
		return r.Elsewhere(p)
	case c == nil:
		return compared
	default:
		return compared + "; " + coverageText(*c)
	}
}

func hostname(r *Report, p *Pair) string {
	if address := r.Addresses[p.Target.Server]; address != "" {
		return printable.Line(address)
	}
	return "localhost" // the schema wants one
}

// properties are how far signatures cover the pair's images.
func properties(r *Report, p *Pair) []property {
	all := []property{
		{"run", printable.Line(r.Run.ID)}, {"mode", printable.Line(string(r.Run.Mode))}, {"version", printable.Line(r.Run.Version)},
	}
	if part := r.Run.Part(); part != "" {
		all = append(all, property{"part", part})
	}
	if narrowed := r.Run.Narrowed(); narrowed != "" {
		all = append(all, property{"images", printable.Line(narrowed)})
	}
	titles := []string{"subjects", "signed", "stale", "diverged", "missing", "suspect", "unsigned", "unknown", "untagged"}
	add := func(name string, c Coverage) {
		for i, n := range numbers(c) {
			all = append(all, property{printable.Line(name) + titles[i], n})
		}
	}
	if c := r.Covered(p); c != nil {
		add("", *c)
	}
	for _, at := range p.Prefixes {
		add(prefixName(at.Prefix)+": ", at.Coverage)
	}
	return all
}

// compared is the test that the pair could be done: a suite has one test at least.
func compared(r *Report, p *Pair) testCase {
	c := testCase{Name: "the pair is compared", Class: class(p, ""), Time: noTime}
	if whose := r.Elsewhere(p); whose != "" {
		c.Skipped = &skipped{whose}
	}
	if p.Error != "" {
		c.Skipped, c.Error = nil, &problem{Message: printable.Line(oneLine(p.Error)), Type: "pair", Text: printable.Lines(p.Error)}
	}
	return c
}

func caseOf(r *Report, p *Pair, f *Finding) testCase {
	c := testCase{Name: caseName(f), Class: class(p, f.Image), Time: noTime}
	message := printable.Line(sentence(f))
	switch {
	case !f.Open() && !r.Counts(f):
	case !r.Counts(f):
		c.Skipped = &skipped{message}
	case f.State == plan.Unknown:
		c.Error = &problem{message, f.State.String(), details(r, p, f)}
	default:
		c.Failure = &problem{message, f.State.String(), details(r, p, f)}
	}
	return c
}

// class groups tests by the image, as far as people sort them: dots would make
// packages of it.
func class(p *Pair, image string) string {
	dotless := strings.NewReplacer(".", "_")
	if image == "" {
		return printable.Line(dotless.Replace(p.Name))
	}
	return printable.Line(dotless.Replace(p.Name) + "." + dotless.Replace(image))
}

// caseName does not change from run to run, so that a CI server knows the test again.
func caseName(f *Finding) string {
	name := f.Family.String()
	if f.Attachment != nil && f.Attachment.Tag == "" && !f.Attachment.Digest.IsZero() {
		name += " " + f.Attachment.Digest.Short()
	}
	if f.Subject.IsZero() {
		return printable.Line(name + " of " + f.Image + ":" + strings.Join(f.Tags, ","))
	}
	return printable.Line(name + " of " + f.Image + "@" + f.Subject.String())
}

func details(r *Report, p *Pair, f *Finding) string {
	lines := []string{"", Meaning(f.State), "image: " + printable.Line(r.full(p, f))}
	if len(f.Tags) > 0 {
		lines = append(lines, "tags: "+printable.Line(strings.Join(f.Tags, ", ")))
	}
	if f.Attachment != nil {
		lines = append(lines, "attachment: "+printable.Line(f.Attachment.Tag+" "+f.Attachment.Digest.String()))
	}
	if command := r.Verification(p, f); command != "" {
		lines = append(lines, "verify: "+command)
	}
	return strings.Join(append(lines, ""), "\n")
}
