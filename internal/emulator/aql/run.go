package aql

import (
	"iter"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Run answers the query from the items, whose order stands for that of their
// database IDs. The error is a *Refused.
func (q *Query) Run(items iter.Seq[tree.Item], env Env) (*Result, error) {
	matches, err := q.admitted(env)
	if err != nil {
		return nil, err
	}
	r := q.result()
	q.collect(q.order(filter(items, matches), env), env, r, r.add)
	return r, nil
}

// Stream answers like Run, and keeps no row: they are found while the answer is
// written. The query must be Plain, and its rows come in the order of the items.
func (q *Query) Stream(items iter.Seq[tree.Item], env Env) (*Result, error) {
	matches, err := q.admitted(env)
	if err != nil {
		return nil, err
	}
	r := q.result()
	r.stream = func(add func(*tree.Item, []property)) { q.collect(filter(items, matches), env, r, add) }
	return r, nil
}

// admitted tells what the query matches, unless it is refused.
func (q *Query) admitted(env Env) (predicate, error) {
	if err := q.check(env); err != nil {
		return nil, err
	}
	return q.compile(env)
}

// Plain tells whether the query is about the names, sizes and SHA-256 of files
// and nothing else, and asks for no order.
func (q *Query) Plain() bool {
	const plain = 1<<fieldRepo | 1<<fieldPath | 1<<fieldName | 1<<fieldSize | 1<<fieldSHA256
	for f := range fieldCount {
		if q.criteria.names(f) && plain&(1<<f) == 0 {
			return false
		}
	}
	return len(q.sort.fields) == 0 && q.selection.fields&^plain == 0 && !q.criteria.joins()
}

func (q *Query) result() *Result {
	return &Result{fields: q.selection.fields, offset: q.offset, limit: q.limit}
}

// filter passes the items that match on by pointer, so that each of them is
// copied only once, and the others never leave the stack.
func filter(items iter.Seq[tree.Item], matches predicate) iter.Seq[*tree.Item] {
	return func(yield func(*tree.Item) bool) {
		var c candidate
		for i := range items {
			c.item = i
			if !matches(&c) {
				continue
			}
			matching := i
			if !yield(&matching) {
				return
			}
		}
	}
}

// collect cuts out the rows asked for. Only then permissions are looked at, so
// a page may be short, or empty, without being the last.
func (q *Query) collect(items iter.Seq[*tree.Item], env Env, r *Result, add func(*tree.Item, []property)) {
	w := newWindow(q.offset, q.limit, env.HardCap)
	empty := []property{{}}
	for i := range items {
		properties := w.cut(q.selection.rows(i, empty))
		if len(properties) > 0 && (env.Admin || env.CanRead != nil && env.CanRead(i.Repo, i.Path)) {
			add(i, properties)
		}
		if w.overflown {
			break
		}
	}
	if w.trimmed() {
		r.limit, r.trimmed = env.HardCap, true
	}
}
