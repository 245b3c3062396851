package cosign

import (
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
)

// Holds tells whether x lists all that other lists.
func (x *Index) Holds(other *Index) bool {
	return !slices.ContainsFunc(other.listed, func(d oci.Descriptor) bool { return !x.Lists(d.Digest) })
}

// With returns the index with those entries of other that it lacks; other may be nil.
func (x *Index) With(other *Index) *Index {
	if other == nil {
		return x
	}
	union := &Index{fields: x.fields, entries: slices.Clone(x.entries), listed: slices.Clone(x.listed)}
	for i, d := range other.listed {
		if !union.Lists(d.Digest) {
			union.entries, union.listed = append(union.entries, other.entries[i]), append(union.listed, d)
		}
	}
	return union
}
