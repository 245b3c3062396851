package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/intake"
)

// Read reads a whole report that JSON wrote. It takes no other schema, no name
// twice, no pair twice, no state, family, outcome or digest that there is not, nothing after the
// report's end, and no more than intake.ReportBytes. Fields that it does not know
// are those of a later version, and are passed over.
func Read(r io.Reader) (*Report, error) {
	content, err := io.ReadAll(io.LimitReader(r, intake.ReportBytes+1))
	if err == nil {
		err = intake.Check("the report", len(content), intake.ReportBytes, "bytes")
	}
	if err == nil {
		err = checkSchema(content)
	}
	var read Report
	if err == nil {
		err = json.Unmarshal(content, &read)
	}
	if err == nil {
		err = read.check()
	}
	if err != nil {
		return nil, fmt.Errorf("read report: %w", intake.Short(err))
	}
	read.complete()
	return &read, nil
}

// checkSchema says what a file is that is no report, rather than what is wrong
// with it as one.
func checkSchema(content []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(content))
	if d.PeekKind() != '{' {
		return errors.New("it is no JSON object")
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return err
	}
	switch head.Schema {
	case Schema:
		return nil
	case "":
		return errors.New("it is no report of sigsync: it has no schema")
	default:
		return fmt.Errorf("its schema is %.80q, expected %s", head.Schema, Schema)
	}
}

// check refuses what no run has written.
func (r *Report) check() error {
	if r.Run.ID == "" {
		return errors.New("it tells of no run")
	}
	if s := r.Run.Shard; s != nil && !s.valid() {
		return fmt.Errorf("its shard is %d of %d, which there is not", s.Index, s.Count)
	}
	names := map[string]bool{}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if names[p.Name] {
			return fmt.Errorf("pair %.80q: it is there twice", p.Name)
		}
		names[p.Name] = true
		for j := range p.Findings {
			if o := p.Findings[j].Outcome; !slices.Contains(Outcomes(), o) {
				return fmt.Errorf("pair %.80q, finding %d: outcome %.80q: not one of %v", p.Name, j, string(o), Outcomes())
			}
		}
	}
	return nil
}

// complete gives what may be left out the value that it has in what a run makes.
func (r *Report) complete() {
	r.Totals.complete()
	r.Pairs = orEmpty(r.Pairs)
	for i := range r.Pairs {
		p := &r.Pairs[i]
		p.Totals.complete()
		p.Findings = orEmpty(p.Findings)
		for j := range p.Findings {
			p.Findings[j].Tags = orEmpty(p.Findings[j].Tags)
		}
	}
}

func (t *Totals) complete() {
	all := NewTotals()
	all.Add(*t)
	*t = all
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
