package aql

import "github.com/sigsync/sigsync/internal/emulator/tree"

// Result is the answer to a query.
type Result struct {
	rows    []row
	fields  fieldSet
	offset  int
	limit   int
	trimmed bool
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
	if properties[0] == (property{}) {
		properties = nil
	}
	r.rows = append(r.rows, row{i, properties})
}
