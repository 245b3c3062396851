package aql

import (
	"net/http"
	"slices"
)

// Refused is the server's refusal of a query that it could parse.
type Refused struct { //nolint:errname // named for what the server did
	// Status is an HTTP status code.
	Status int
	// Message is the server's own text.
	Message string
}

// Error returns the server's own text.
func (r *Refused) Error() string { return r.Message }

func refuse(message string) error { return &Refused{Status: http.StatusBadRequest, Message: message} }

// check refuses what the server refuses before it looks at any item.
func (q *Query) check(env Env) error {
	if err := q.sort.check(q.selection); err != nil {
		return err
	}
	if !env.Admin && q.selection.fields&permissionFields != permissionFields {
		return refuse("For permissions reasons AQL demands the following fields: repo, path and name.")
	}
	if env.OSS && q.selection.joins() {
		return refuse("Filtering properties result is not supported by AQL in the open source version")
	}
	if env.OSS && len(q.sort.fields) > 0 {
		return refuse("Sorting is not supported by AQL in the open source version")
	}
	if q.transitive {
		return q.checkTransitive()
	}
	return nil
}

func (s sorting) check(shown selection) error {
	for i, f := range s.fields {
		if !shown.fields.has(f) {
			return refuse("Only the result fields are allowed to use in the sort section.")
		}
		if slices.Contains(s.fields[:i], f) {
			return refuse("Duplicate fields, all the fields in the sort section should be unique.")
		}
	}
	return nil
}

// checkTransitive holds the rules of transitive(). It changes no rows here,
// where no remote repository is another Artifactory's.
func (q *Query) checkTransitive() error {
	switch {
	case len(q.sort.fields) > 0:
		return refuse("When including the transitive property, sort is not supported by AQL")
	case q.offset > 0:
		return refuse("When including the transitive property, offset is not supported by AQL")
	}
	switch len(q.Repositories()) {
	case 0:
		return refuse("When including the transitive property, the repo property has to be specified with the $eq operator")
	case 1:
		return nil
	}
	return refuse("When including the transitive property, only a single repo can be specified")
}
