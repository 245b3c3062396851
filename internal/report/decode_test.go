package report_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/report"
)

func TestReadReadsWhatJSONWrites(t *testing.T) {
	reports := []*report.Report{sample(), crowded()}
	for _, word := range hostileWords() {
		if word != "" && !strings.Contains(word, "\xff") { // which JSON does not keep
			reports = append(reports, hostileReport(word))
		}
	}
	for _, want := range reports {
		got, err := report.Read(strings.NewReader(encoded(t, report.JSON, want)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Read (-want +got):\n%s", diff)
		}
	}
}

const head = `{"schema": "sigsync.report/v1", "run": {"id": "x"}`

// A report of an earlier version has no coverage, one of a later version has more.
func TestReadTakesOtherVersionsOfTheSchema(t *testing.T) {
	r, err := report.Read(strings.NewReader(head + `, "later": {"a": [1]}, "pairs": [{"name": "p", "findings": [{"state": "missing", "outcome": "none"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, encode := range encoders() {
		if got := encoded(t, encode, r); !strings.Contains(got, "missing") {
			t.Errorf("%s does not tell of it:\n%s", name, got)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, why := range map[string]string{
		"":                                     "no JSON object",
		"[]":                                   "no JSON object",
		"PNG":                                  "no JSON object",
		"{":                                    "EOF",
		"{}":                                   "it has no schema",
		`{"schema": "sigsync.report/v2"}`:      `"sigsync.report/v2", expected sigsync.report/v1`,
		`{"schema": "sigsync.report/v1"}`:      "it tells of no run",
		`{"Schema": "sigsync.report/v1"}`:      "it has no schema",
		head + `} {}`:                          "after top-level value",
		head + `, "run": {"id": "y"}}`:         "duplicate",
		head + `, "pairs": {}}`:                "pairs",
		head + `, "pairs": [{"findings": 1}]}`: "findings",
		head + `, "pairs": [{"name": "p"}, {"name": "p"}]}`:                                                                  `pair "p": it is there twice`,
		head + `, "totals": {"subjects": ""}}`:                                                                               "subjects",
		head + `, "pairs": [{"name": "p", "findings": [{"state": "lost", "outcome": "none"}]}]}`:                             `parse state "lost"`,
		head + `, "pairs": [{"name": "p", "findings": [{"state": "missing", "outcome": "lost"}]}]}`:                          `outcome "lost"`,
		head + `, "pairs": [{"name": "p", "findings": [{"state": "missing", "outcome": "none", "family": "x"}]}]}`:           `parse family "x"`,
		head + `, "pairs": [{"name": "p", "findings": [{"state": "missing", "outcome": "none", "subject": "sha256:ABC"}]}]}`: "parse digest",
		head + `, "pairs": [{"name": "` + "\xff" + `"}]}`:                                                                    "UTF-8",
		head + `, "pairs": ` + strings.Repeat("[", 100_000):                                                                  "pairs",
		head + `, "later": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`:                             "depth",
	} {
		_, err := report.Read(strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), "read report: ") || !strings.Contains(err.Error(), why) {
			t.Errorf("Read(%.70s) = %v, want an error with %q", text, err, why)
		}
	}
}

// What a file says that is long does not make its error long.
func TestReadErrorsAreShort(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, text := range []string{
		head + `, "pairs": [{"name": "p", "findings": [{"state": "` + long + `"}]}]}`,
		head + `, "` + long + `": 1, "` + long + `": 1}`,
		head + `, "pairs": [{"name": "` + long + `"}, {"name": "` + long + `"}]}`,
	} {
		if _, err := report.Read(strings.NewReader(text)); err == nil || len(err.Error()) > 2*intake.MessageBytes {
			t.Errorf("Read = %.100v, want a short error", err)
		}
	}
}

func TestReadTakesInNoMoreThanItMay(t *testing.T) {
	if testing.Short() {
		t.Skip("reads half a gigabyte")
	}
	_, err := report.Read(io.MultiReader(strings.NewReader(head), io.LimitReader(spaces{bytes.Repeat([]byte(" "), 1<<20)}, intake.ReportBytes), strings.NewReader("}")))
	if _, ok := errors.AsType[intake.TooMuchError](err); !ok {
		t.Errorf("Read of too much = %v, want a TooMuchError", err)
	}
}

type spaces struct{ block []byte }

func (s spaces) Read(p []byte) (int, error) { return copy(p, s.block), nil }

func TestReadTellsWhatCannotBeRead(t *testing.T) {
	if _, err := report.Read(io.MultiReader(strings.NewReader(head), broken{})); !errors.Is(err, errBroken) {
		t.Errorf("Read of a broken file = %v, want %v", err, errBroken)
	}
}

var errBroken = errors.New("disk broken")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// Whatever is read is a report that every form takes, and reads the same again.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := report.JSON(&b, sample()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(head + "}"))
	f.Add([]byte(head + `, "pairs": [{"error": "x"}, {"findings": [{"state": "missing", "outcome": "none", "attachment": {}}]}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := report.Read(bytes.NewReader(content))
		if err != nil {
			return
		}
		for _, encode := range encoders() {
			_ = encoded(t, encode, r)
		}
		again, err := report.Read(strings.NewReader(encoded(t, report.JSON, r)))
		if err != nil {
			t.Fatalf("Read of what JSON wrote of %q = %v", content, err)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Errorf("Read of what JSON wrote of %q (-want +got):\n%s", content, diff)
		}
		if d := report.Compare(r, again); !d.Equal() || d.Worse != 0 {
			t.Errorf("Compare of %q with itself = %+v, want no difference", content, d)
		}
	})
}
