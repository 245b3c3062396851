package page

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
	"github.com/sigsync/sigsync/internal/report"
)

// table is every finding in a form that is small and quick to read: each text is
// in it once, and rows name texts by their numbers. report.js reads it.
type table struct {
	strings []string
	numbers map[string]int
	pairs   []string
	failOn  []plan.State
	rows    bytes.Buffer
}

// newTable has text 0 for none.
func newTable(r *report.Report) *table {
	t := &table{numbers: map[string]int{}, failOn: r.Run.FailOn}
	t.text("")
	for i := range r.Pairs {
		p := &r.Pairs[i]
		t.pairs = append(t.pairs, Brief(p.Name))
		for j := range p.Findings {
			t.row(r, i, &p.Findings[j])
		}
	}
	return t
}

// text returns the number of a text.
func (t *table) text(s string) int {
	n, ok := t.numbers[s]
	if !ok {
		n = len(t.strings)
		t.numbers[s] = n
		t.strings = append(t.strings, s)
	}
	return n
}

func (t *table) row(r *report.Report, pair int, f *report.Finding) {
	family := -1
	if f.Attachment != nil || !f.Subject.IsZero() {
		family = int(f.Family)
	}
	counts := 0
	if r.Counts(f) {
		counts = 1
	}
	subject := ""
	if !f.Subject.IsZero() {
		subject = f.Subject.Hex()
	}
	before, after, _ := strings.Cut(r.Verification(&r.Pairs[pair], f), f.Subject.String())
	if before == "" {
		after = ""
	}
	if t.rows.Len() > 0 {
		t.rows.WriteByte(',')
	}
	t.rows.WriteByte('[')
	for _, n := range []int{pair, t.text(Brief(f.Image)), t.text(Brief(strings.Join(f.Tags, ",")))} {
		t.rows.WriteString(strconv.Itoa(n) + ",")
	}
	t.rows.WriteString(`"` + subject + `"`)
	for _, n := range []int{
		family, int(f.State), outcomeNumber(f.Outcome), counts,
		t.text(Brief(f.Reason)), t.text(attachment(f)), t.text(before), t.text(after),
	} {
		t.rows.WriteString("," + strconv.Itoa(n))
	}
	t.rows.WriteByte(']')
}

func outcomeNumber(o report.Outcome) int {
	for i, known := range report.Outcomes() {
		if known == o {
			return i
		}
	}
	return 0
}

// attachment is what is stored for the finding's subject: a tag in the usual form
// with a star for what the subject tells.
func attachment(f *report.Finding) string {
	switch {
	case f.Attachment == nil:
		return ""
	case f.Attachment.Tag == "" && f.Attachment.Digest.IsZero():
		return ""
	case f.Attachment.Tag == "":
		return f.Attachment.Digest.String()
	}
	if tag, ok := cosign.ParseTag(f.Attachment.Tag); ok && tag.Subject == f.Subject && f.Subject != (oci.Digest{}) {
		return strings.Replace(f.Attachment.Tag, "sha256-"+f.Subject.Hex(), "*", 1)
	}
	return strings.ReplaceAll(Brief(f.Attachment.Tag), "*", "?")
}

// encode is JSON without a character that means something in HTML.
func (t *table) encode() string {
	type stateWords struct {
		Name    string `json:"name"`
		Level   Level  `json:"level"`
		Meaning string `json:"meaning"`
	}
	var states []stateWords
	for _, s := range plan.States() {
		states = append(states, stateWords{s.String(), LevelOfState(s, slices.Contains(t.failOn, s)), report.Meaning(s)})
	}
	var b bytes.Buffer
	b.WriteString(`{"rows":[`)
	b.Write(t.rows.Bytes())
	b.WriteByte(']')
	for _, part := range []struct {
		name  string
		value any
	}{{"strings", t.strings}, {"pairs", t.pairs}, {"families", cosign.Families()}, {"states", states}, {"outcomes", report.Outcomes()}} {
		encoded, err := json.Marshal(part.value) // escapes <, > and &
		if err != nil {
			encoded = []byte("[]") // cannot be: these are texts
		}
		b.WriteString(`,"` + part.name + `":`)
		b.Write(printable.JSON(encoded))
	}
	b.WriteByte('}')
	return b.String()
}
