package emulator

import (
	"iter"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/aql"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// strewn goes through what a plain query may find where ground was laid: what
// lies in the storage, and what of the ground nobody looked at, without making
// it. Of that, it leaves out what cannot have the query's paths.
func (s *Server) strewn(query *aql.Query) iter.Seq[tree.Item] {
	ground, prefixes := s.tree.Ground(), query.Prefixes()
	if s.options.AQL.IgnoreCase {
		prefixes = nil // they may be written in another case
	}
	may := func(folder string) bool {
		return prefixes == nil || slices.ContainsFunc(prefixes, func(prefix string) bool {
			return strings.HasPrefix(prefix, folder) || strings.HasPrefix(folder, prefix)
		})
	}
	return func(yield func(tree.Item) bool) {
		more := true
		pass := func(i tree.Item) bool {
			more = more && yield(i)
			return more
		}
		for _, key := range s.holding(query.Repositories()) {
			// First the ground: what is looked at meanwhile would come in neither.
			seen := map[string]bool{}
			s.tree.Barren(key, func(n int) {
				if folder := ground.Folder(n); more && may(folder) {
					seen[folder] = true
					ground.Files(n, key, func(i tree.Item) { pass(i) })
				}
			})
			s.tree.Stored(key, func(i tree.Item) bool {
				if n, ok := ground.Number(i.Path); ok && len(seen) > 0 && seen[ground.Folder(n)] {
					return more
				}
				return pass(i)
			})
		}
	}
}
