package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

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

func csvPair(r *Report, p *Pair) [][]string {
	records := [][]string{append(cells(recordPair, p.Name, "", "", "", "", "", "", "", "", "", p.Error, ""), numbers(p.Totals.Coverage)...)}
	for _, at := range p.Prefixes {
		records = append(records, append(cells(recordPrefix, p.Name, at.Prefix, "", "", "", "", "", "", "", "", "", ""), numbers(at.Coverage)...))
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		tag, digest := "", ""
		if f.Attachment != nil {
			tag, digest = f.Attachment.Tag, f.Attachment.Digest.String()
		}
		records = append(records, append(cells(recordFinding, p.Name, prefixOf(f), f.Image, strings.Join(f.Tags, " "), f.Subject.String(),
			familyOf(f), tag, digest, f.State.String(), string(f.Outcome), f.Reason, r.Verification(p, f)), make([]string, len(numbers(Coverage{})))...))
	}
	return records
}

func numbers(c Coverage) []string {
	counts := []int{c.Subjects, c.Signed, c.Stale, c.Diverged, c.Missing, c.Suspect, c.Unsigned, c.Unknown, c.Untagged}
	texts := make([]string, len(counts))
	for i, n := range counts {
		texts[i] = strconv.Itoa(n)
	}
	return texts
}

func cells(texts ...string) []string {
	for i, text := range texts {
		texts[i] = cell(text)
	}
	return texts
}

// cell is a text that no spreadsheet takes for a formula (OWASP, CSV injection):
// tabs and line breaks, which may begin one too, become question marks.
func cell(text string) string {
	text = printable.Line(text)
	if text != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
