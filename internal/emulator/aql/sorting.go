package aql

import (
	"cmp"
	"iter"
	"slices"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// sorting is what a query sorts by. All fields go in one direction.
type sorting struct {
	fields     []field
	descending bool
}

// order puts the items into the order of the answer. An item's place among
// them is its ID in the database, and the only order that is left once
// properties are joined in. What the sort fields leave open is shuffled too.
func (q *Query) order(found iter.Seq[*tree.Item], env Env) iter.Seq[*tree.Item] {
	if q.selection.joins() || len(q.sort.fields) == 0 && env.Rand == nil {
		return found
	}
	items := slices.Collect(found)
	ids := upTo(len(items))
	places := upTo(len(items))
	if env.Rand != nil {
		env.Rand.Shuffle(len(places), func(a, b int) { places[a], places[b] = places[b], places[a] })
	}
	compare := q.sort.compare(items)
	slices.SortFunc(ids, func(a, b int) int {
		return cmp.Or(compare(a, b), cmp.Compare(places[a], places[b]))
	})
	return func(yield func(*tree.Item) bool) {
		for _, id := range ids {
			if !yield(items[id]) {
				return
			}
		}
	}
}

// upTo returns the numbers from 0 to below n.
func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// compare compares two IDs by the sort fields of their items.
func (s sorting) compare(items []*tree.Item) func(a, b int) int {
	return func(a, b int) int {
		for _, f := range s.fields {
			order := cmp.Compare(a, b)
			switch c := &columns[f]; {
			case c.text != nil:
				order = cmp.Compare(c.text(items[a]), c.text(items[b]))
			case c.number != nil:
				order = cmp.Compare(c.number(items[a]), c.number(items[b]))
			}
			if s.descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	}
}
