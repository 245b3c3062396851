package aql

import "github.com/sigsync/sigsync/internal/emulator/tree"

// Result is the answer to a query.
type Result struct {
	rows    []row
	fields  fieldSet
	offset  int
	limit   int
	trimmed bool
	// stream finds the rows where they are not kept.
	stream func(add func(*tree.Item, []property))
}

// row is an item and those of its properties that are shown.
type row struct {
	item       *tree.Item
	properties []property
}

// Rows is the number of rows, which is also the total that the server reports:
// it counts the rows of the answer, not those that match.
func (r *Result) Rows() int { return len(r.rows) }

// add adds an item with its joined rows. The empty property of an item
// without properties is null, and null is not shown.
func (r *Result) add(i *tree.Item, properties []property) {
	r.rows = append(r.rows, newRow(i, properties))
}

func newRow(i *tree.Item, properties []property) row {
	if properties[0] == (property{}) {
		properties = nil
	}
	return row{i, properties}
}

// each calls write for every row.
func (r *Result) each(write func(*row)) {
	if r.stream != nil {
		r.stream(func(i *tree.Item, properties []property) {
			found := newRow(i, properties)
			write(&found)
		})
		return
	}
	for i := range r.rows {
		write(&r.rows[i])
	}
}
