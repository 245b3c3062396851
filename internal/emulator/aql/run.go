package aql

import (
	"iter"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Run answers the query from the items, whose order stands for that of their
// database IDs. The error is a *Refused.
func (q *Query) Run(items iter.Seq[tree.Item], env Env) (*Result, error) {
	if err := q.check(env); err != nil {
		return nil, err
	}
	matches, err := q.compile(env)
	if err != nil {
		return nil, err
	}
	return q.collect(q.order(filter(items, matches), env), env), nil
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
func (q *Query) collect(items iter.Seq[*tree.Item], env Env) *Result {
	r := &Result{fields: q.selection.fields, offset: q.offset, limit: q.limit}
	w := newWindow(q.offset, q.limit, env.HardCap)
	empty := []property{{}}
	for i := range items {
		properties := w.cut(q.selection.rows(i, empty))
		if len(properties) > 0 && (env.Admin || env.CanRead != nil && env.CanRead(i.Repo, i.Path)) {
			r.add(i, properties)
		}
		if w.overflown {
			break
		}
	}
	if w.trimmed() {
		r.limit, r.trimmed = env.HardCap, true
	}
	return r
}
