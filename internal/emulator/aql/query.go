// Package aql is the emulator's Artifactory Query Language: the parser, the
// evaluator over items and the exact encoder of the answer. It knows nothing
// of HTTP. Where Artifactory surprises its clients, this package does too.
package aql

// Query is a parsed items.find query. It is read-only and safe for concurrent use.
type Query struct {
	criteria   group
	selection  selection
	sort       sorting
	transitive bool
	offset     int
	limit      int // noLimit without one
}

const noLimit = -1

// Parse reads an items.find query; other domains and actions are not known.
// The error is a *SyntaxError. Values are not looked at before Run, as on the
// server: a bad date parses.
func Parse(text string) (*Query, error) {
	p := parser{
		lexer: lexer{text: text},
		query: &Query{criteria: group{operator: and}, selection: defaultSelection(), limit: noLimit},
	}
	if err := p.find(); err != nil {
		return nil, err
	}
	if err := p.elements(); err != nil {
		return nil, err
	}
	return p.query, nil
}

// Repositories are the repository keys that the criteria demand with $eq, in
// the order of the query and without repeats. Nil means that any repository
// may hold rows. Keys of virtual repositories are not expanded.
func (q *Query) Repositories() []string { return q.criteria.repositories(true) }
