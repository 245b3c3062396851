package web

import "github.com/sigsync/sigsync/internal/report"

// last is what is kept of a report: its JSON, and what the page shows of it.
type last struct {
	Run  *entry
	json *encoded
	review
}

func keep(r *report.Report) (*last, error) {
	json, err := encode(r)
	if err != nil {
		return nil, err
	}
	return &last{json: json, review: newReview(r)}, nil
}
