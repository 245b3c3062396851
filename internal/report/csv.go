package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sigsync/sigsync/internal/printable"
)

// The records of the CSV form, by their first cell.
const (
	recordPair    = "pair"
	recordPrefix  = "prefix"
	recordFinding = "finding"
)

// CSV writes the report as comma-separated values (RFC 4180, lines that end with
// LF), with a header: a record for each pair, for each prefix of its images, and
// for each finding. A spreadsheet takes no cell for a formula: one that begins
// like one has an apostrophe before it.
func CSV(w io.Writer, r *Report) error {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	records := [][]string{csvHeader()}
	for i := range r.Pairs {
		records = append(records, csvPair(r, &r.Pairs[i])...)
	}
	err := c.WriteAll(records)
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func csvHeader() []string {
	return []string{
		"record", "pair", "prefix", "image", "tags", "subject", "family", "attachment", "digest", "state", "outcome", "reason", "verify",
		"subjects", "signed", "stale", "diverged", "missing", "suspect", "unsigned", "unknown", "untagged",
	}
}

// csvRecord is a record; what it does not have is empty.
type csvRecord struct {
	kind, pair, prefix, image, tags, subject, family, tag, digest, state, outcome, reason, verify string
	coverage                                                                                      *Coverage
}

func (c csvRecord) cells() []string {
	counts := make([]string, len(numbers(Coverage{})))
	if c.coverage != nil {
		counts = numbers(*c.coverage)
	}
	texts := []string{
		c.kind, c.pair, c.prefix, c.image, c.tags, c.subject, c.family, c.tag, c.digest, c.state, c.outcome, c.reason, c.verify,
	}
	for i, text := range texts {
		texts[i] = cell(text)
	}
	return append(texts, counts...)
}

func csvPair(r *Report, p *Pair) [][]string {
	why := cmp.Or(p.Error, r.Elsewhere(p))
	records := [][]string{csvRecord{kind: recordPair, pair: p.Name, reason: why, coverage: r.Covered(p)}.cells()}
	for i := range p.Prefixes {
		at := &p.Prefixes[i]
		records = append(records, csvRecord{kind: recordPrefix, pair: p.Name, prefix: at.Prefix, coverage: &at.Coverage}.cells())
	}
	for i := range p.Findings {
		records = append(records, csvFinding(r, p, &p.Findings[i]).cells())
	}
	return records
}

func csvFinding(r *Report, p *Pair, f *Finding) csvRecord {
	c := csvRecord{
		kind: recordFinding, pair: p.Name, prefix: prefixOf(f), image: f.Image, tags: strings.Join(f.Tags, " "),
		subject: f.Subject.String(), family: familyOf(f), state: f.State.String(), outcome: string(f.Outcome),
		reason: f.Reason, verify: r.Verification(p, f),
	}
	if f.Attachment != nil {
		c.tag, c.digest = f.Attachment.Tag, f.Attachment.Digest.String()
	}
	return c
}

func numbers(c Coverage) []string {
	counts := []int{c.Subjects, c.Signed, c.Stale, c.Diverged, c.Missing, c.Suspect, c.Unsigned, c.Unknown, c.Untagged}
	texts := make([]string, len(counts))
	for i, n := range counts {
		texts[i] = strconv.Itoa(n)
	}
	return texts
}

// cell is a text that no spreadsheet takes for a formula (OWASP, CSV injection):
// tabs and line breaks, which may begin one too, become question marks.
func cell(text string) string {
	text = printable.Line(text)
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " ")); text != "" && strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + text
	}
	return text
}
