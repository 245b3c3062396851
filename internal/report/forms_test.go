package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

type encoder func(io.Writer, *report.Report) error

func encoders() map[string]encoder {
	return map[string]encoder{
		"text":  func(w io.Writer, r *report.Report) error { return report.Text(w, r, report.TextOptions{}) },
		"json":  report.JSON,
		"csv":   report.CSV,
		"junit": report.JUnit, "sarif": report.SARIF,
		"markdown": func(w io.Writer, r *report.Report) error { return report.Markdown(w, r, report.MarkdownOptions{}) },
	}
}

func encoded(t *testing.T, encode encoder, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostileWords do something in one form or another.
func hostileWords() []string {
	return []string{
		"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "  =1", `a","b`, "a\nb", "a\r\nExit 0: all is well",
		"a|b", "a`b``c", `a\|b`, "a`https://evil.example", "*b* _c_", "[x](https://evil.example)", "<img src=x onerror=alert(1)>", "@security #1 www.evil.example",
		"]]>", "</script><script>alert(1)</script>", "&lt;", "\x00\x1b[31m\u009b31m\u202e\u2028\xff", "{0} {1}", "a;rm -rf $HOME", "'", "../../x", "",
	}
}

// hostileReport has a word in every place that a server fills.
func hostileReport(word string) *report.Report {
	r := sample()
	p := &r.Pairs[0]
	p.Name, p.Target.Repository, p.Source.Repository, p.Prefixes[1].Prefix = word, word, word, word
	p.Findings = p.Findings[:1]
	f := &p.Findings[0]
	f.Image, f.Tags, f.Reason, f.Attachment.Tag, f.Attachment.ArtifactType = word, []string{word}, word, word, word
	f.Outcome = report.Failed
	r.Pairs[1].Error = word
	r.Addresses["main"] = word
	r.Run.ID, r.Run.Version, r.Run.Mode = word, word, report.Mode(word)
	r.Requests.ByOperation[word] = 1
	r.Run.Stopped = &report.Stop{By: report.ByMaxCopies, Reason: word}
	return r
}

func TestFormsArePrintable(t *testing.T) {
	for name, encode := range encoders() {
		for _, word := range hostileWords() {
			got := encoded(t, encode, hostileReport(word))
			if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("%s of %q has %q", name, word, got[max(0, i-20):min(len(got), i+20)])
			}
		}
	}
}

func TestFormsTellFailures(t *testing.T) {
	for name, encode := range encoders() {
		if err := encode(full{}, sample()); !errors.Is(err, errFull) {
			t.Errorf("%s to a full disk = %v, want %v", name, err, errFull)
		}
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// Nobody counts what is not known: of a pair that could not be done, and in the
// reports of versions that did not count it.
func TestFormsHaveNoCoverageThatIsNotKnown(t *testing.T) {
	r := sample()
	done := &r.Pairs[0]
	done.Totals.Coverage, done.Prefixes, r.Totals.Coverage = report.Coverage{}, nil, report.Coverage{}
	for name, encode := range encoders() {
		text := encoded(t, encode, r)
		for _, not := range []string{"signed at the target", " of 0", "0 %", `"signed": 0`, `name="signed"`, ",0,0,0,0,0,0,0,0"} {
			if strings.Contains(text, not) {
				t.Errorf("%s says %q of what is not known:\n%s", name, not, text)
			}
		}
	}
	if r := sample(); r.Covered(&report.Pair{Totals: report.NewTotals()}) == nil {
		t.Error("a pair without images: Covered() = nil, want that it has none")
	}
}

// Who reads how far signatures cover something sees of what that is said.
func TestFormsTellWhatARunWasNarrowedTo(t *testing.T) {
	r := sample()
	for name, encode := range encoders() {
		if text := encoded(t, encode, r); strings.Contains(text, "looked at.") || strings.Contains(text, `"images"`) {
			t.Errorf("%s tells of a run that was not narrowed: %s", name, text)
		}
	}
	r.Run.Images = []string{"team/a", "web-?"}
	for name, encode := range encoders() {
		text := encoded(t, encode, r)
		if name != "csv" && !strings.Contains(text, "team/a") {
			t.Errorf("%s does not tell that the run was narrowed: %s", name, text)
		}
	}
}

func TestCSVHasNoFormulas(t *testing.T) {
	for _, word := range hostileWords() {
		records, err := csv.NewReader(strings.NewReader(encoded(t, report.CSV, hostileReport(word)))).ReadAll()
		if err != nil {
			t.Fatalf("CSV of %q: %v", word, err)
		}
		if len(records) != 6 {
			t.Errorf("CSV of %q has %d records, want 6", word, len(records))
		}
		for _, cell := range slices.Concat(records...) {
			if cell := strings.TrimLeft(cell, " "); cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") || strings.HasPrefix(cell, "＝") {
				t.Errorf("CSV of %q has the cell %q", word, cell)
			}
		}
	}
}

// A word makes no more cells and rows than another, and what is in it is no markup.
func TestMarkdownHasNoMarkupFromOutside(t *testing.T) {
	encode := encoders()["markdown"]
	shape := func(text string) []int {
		var counts []int
		for line := range strings.SplitSeq(text, "\n") {
			counts = append(counts, strings.Count(line, "|"))
		}
		return counts
	}
	want := shape(encoded(t, encode, hostileReport("word")))
	for _, word := range hostileWords() {
		got := encoded(t, encode, hostileReport(word))
		if word == "" {
			continue // says less
		}
		if diff := cmp.Diff(want, shape(got)); diff != "" {
			t.Errorf("Markdown of %q has another shape (-want +got):\n%s\n%s", word, diff, got)
		}
		bare := regexp.MustCompile("`[^`\n]*`|</?code>|&#[0-9]+;").ReplaceAllString(got, "")
		for _, mark := range []string{"`", "<", "[x]", "@sec", "#1", "*b*", "_c_", "://", "www.", `\`} {
			if strings.Contains(bare, mark) {
				t.Errorf("Markdown of %q has %s outside code:\n%s", word, mark, bare)
			}
		}
	}
}

func TestSARIFIsValid(t *testing.T) {
	schema := sarifSchema(t)
	reports := map[string]*report.Report{"sample": sample(), "empty": {Schema: report.Schema, Totals: report.NewTotals()}}
	for _, word := range hostileWords() {
		reports[word] = hostileReport(word)
	}
	for name, r := range reports {
		got, err := jsonschema.UnmarshalJSON(strings.NewReader(encoded(t, report.SARIF, r)))
		if err == nil {
			err = schema.Validate(got)
		}
		if err != nil {
			t.Errorf("SARIF of %q: %v", name, err)
		}
	}
}

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	content, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIFLevels(t *testing.T) {
	var log struct {
		Runs []struct {
			Results []struct{ RuleID, Kind, Level string }
		}
	}
	if err := json.Unmarshal([]byte(encoded(t, report.SARIF, sample())), &log); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range log.Runs[0].Results {
		got = append(got, r.RuleID+" "+r.Kind+" "+r.Level)
	}
	want := []string{
		"missing pass none", "missing fail error", "stale fail error", "missing fail error", "unknown fail error", "unsigned fail note",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

// node is any element of XML.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
}

// rule is what an element must and may have, by the schema of Ant's JUnit task
// (windyroad/JUnit-Schema), which Jenkins' junit-10.xsd takes in.
type rule struct{ must, may, children string }

func junitRules() map[string]rule {
	return map[string]rule{
		"testsuites": {children: `^(testsuite )*$`},
		"testsuite": {
			must: "package id name timestamp hostname tests failures errors time", may: "skipped",
			children: `^properties (testcase )*system-out system-err $`,
		},
		"properties": {children: `^(property )*$`},
		"property":   {must: "name value", children: `^$`},
		"testcase":   {must: "name classname time", children: `^((skipped|error|failure) )?$`},
		"skipped":    {may: "message", children: `^$`},
		"error":      {must: "type", may: "message", children: `^$`},
		"failure":    {must: "type", may: "message", children: `^$`},
		"system-out": {children: `^$`}, "system-err": {children: `^$`},
	}
}

func (n node) check(t *testing.T, word string) {
	t.Helper()
	name := n.XMLName.Local
	rule, known := junitRules()[name]
	if !known {
		t.Errorf("JUnit of %q has the element %s", word, name)
	}
	var attrs, children string
	for _, a := range n.Attrs {
		attrs += a.Name.Local + " "
		if !slices.Contains(strings.Fields(rule.must+" "+rule.may), a.Name.Local) {
			t.Errorf("JUnit of %q: %s has the attribute %s", word, name, a.Name.Local)
		}
		if pattern := map[string]string{
			"timestamp": `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$`, "time": `^\d+$`, "tests": `^\d+$`, "id": `^\d+$`,
		}[a.Name.Local]; !regexp.MustCompile(pattern).MatchString(a.Value) {
			t.Errorf("JUnit of %q: %s=%q", word, a.Name.Local, a.Value)
		}
	}
	for must := range strings.FieldsSeq(rule.must) {
		if !slices.Contains(strings.Fields(attrs), must) {
			t.Errorf("JUnit of %q: %s lacks the attribute %s", word, name, must)
		}
	}
	for _, c := range n.Children {
		children += c.XMLName.Local + " "
		c.check(t, word)
	}
	if !regexp.MustCompile(rule.children).MatchString(children) {
		t.Errorf("JUnit of %q: %s has the children %s", word, name, children)
	}
}

func TestJUnitIsValid(t *testing.T) {
	for _, word := range append(hostileWords(), "word") {
		for _, r := range []*report.Report{sample(), hostileReport(word), {}} {
			var root node
			if err := xml.Unmarshal([]byte(encoded(t, report.JUnit, r)), &root); err != nil {
				t.Fatalf("JUnit of %q: %v", word, err)
			}
			root.check(t, word)
		}
	}
}

func TestVerification(t *testing.T) {
	subject := oci.FromBytes([]byte("app"))
	for _, c := range []struct {
		name, address, image string
		family               cosign.Family
		attachment           *report.Attachment
		want                 string
	}{
		{"signature", "acme.example", "team/app", cosign.Signature, nil, `cosign verify --key "$KEY" acme.example/prod/team/app@` + subject.String()},
		{"attestation", "acme.example:8443", "app", cosign.Attestation, nil, `cosign verify-attestation --key "$KEY" --type "$TYPE" acme.example:8443/prod/app@` + subject.String()},
		{"sbom", "acme.example", "app", cosign.SBOM, nil, `cosign tree acme.example/prod/app@` + subject.String()},
		{"Notation", "acme.example", "app", cosign.Signature, &report.Attachment{ArtifactType: "application/vnd.cncf.notary.signature"}, `notation verify acme.example/prod/app@` + subject.String()},
		{"no address", "", "app", cosign.Signature, nil, `cosign verify --key "$KEY" "$REGISTRY"/prod/app@` + subject.String()},
		{"for a shell", "acme.example", "a;rm -rf '$HOME'", cosign.Signature, nil, `cosign verify --key "$KEY" 'acme.example/prod/a;rm -rf '\''$HOME'\''@` + subject.String() + `'`},
		{"cannot be typed", "acme.example", "a\x1b", cosign.Signature, nil, ""},
	} {
		r := &report.Report{Addresses: map[string]string{"main": c.address}}
		p := &report.Pair{Target: report.End{Server: "main", Repository: "prod"}}
		f := &report.Finding{Image: c.image, Subject: subject, Family: c.family, Attachment: c.attachment, State: plan.Missing}
		if got := r.Verification(p, f); got != c.want {
			t.Errorf("%s: Verification = %s, want %s", c.name, got, c.want)
		}
	}
	if got := new(report.Report).Verification(&report.Pair{}, &report.Finding{}); got != "" {
		t.Errorf("Verification without a subject = %s, want none", got)
	}
}
