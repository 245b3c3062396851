package artifactory

import (
	"fmt"
	"strings"

	"github.com/sigsync/sigsync/internal/scan"
)

// maxQuery is the longest query text that the server takes, in characters.
const maxQuery = 6000

// query writes the Artifactory Query Language text of a listing. It narrows by
// image where that is possible: the listing may then still hold more, never less.
//
// $or takes single criteria: braces alone do not group there. Strings have no
// escapes, so a character that would need one becomes a wildcard. There is
// neither sort nor limit: pages can lie, one stream cannot.
func query(q scan.Query) string {
	files := []string{
		`{"path":{"$match":"*/sha256-*.sig"}}`,
		`{"path":{"$match":"*/sha256-*.att"}}`,
		`{"path":{"$match":"*/sha256-*.sbom"}}`,
	}
	if !q.AttachmentsOnly {
		files = append(files, `{"name":"manifest.json"}`, `{"name":"list.manifest.json"}`)
	}
	narrowed := text(q.Repository, files, paths(q.Images))
	if len(narrowed) <= maxQuery {
		return narrowed
	}
	return text(q.Repository, files, nil)
}

func text(repository string, files, paths []string) string {
	criteria := fmt.Sprintf(`"repo":%q,"$or":[%s]`, repository, strings.Join(files, ","))
	if len(paths) > 0 {
		criteria = fmt.Sprintf(`"repo":%q,"$and":[{"$or":[%s]},{"$or":[%s]}]`, repository, strings.Join(files, ","), strings.Join(paths, ","))
	}
	return fmt.Sprintf(`items.find({%s}).include("repo","path","name","sha256","size")`, criteria)
}

// paths turns globs over image paths into criteria over the paths of folders;
// nil where a glob takes everything.
func paths(globs []string) []string {
	var criteria []string
	for _, glob := range globs {
		pattern := widen(glob)
		if pattern == "*" {
			return nil
		}
		criteria = append(criteria, fmt.Sprintf(`{"path":{"$match":"%s/*"}}`, pattern))
	}
	return criteria
}

// widen turns a glob into a wildcard pattern that matches at least as much: a
// star crosses slashes there, and there are neither classes nor alternatives.
func widen(glob string) string {
	var s strings.Builder
	for i := 0; i < len(glob); i++ {
		switch ch := glob[i]; ch {
		case '[', '{', ']', '}', '*':
			if end := closing(glob, i); end > i {
				i = end
			}
			s.WriteByte('*')
		case '\\':
			i++
			s.WriteByte('?')
		case '"':
			s.WriteByte('?')
		default:
			s.WriteByte(ch)
		}
	}
	pattern := s.String()
	for strings.Contains(pattern, "**") {
		pattern = strings.ReplaceAll(pattern, "**", "*")
	}
	// "**/" also matches no folder at all.
	return strings.ReplaceAll(pattern, "*/", "*")
}

// closing returns where the class or the alternatives that start at i end.
func closing(glob string, i int) int {
	pairs := map[byte]byte{'[': ']', '{': '}'}
	end, ok := pairs[glob[i]]
	if !ok {
		return i
	}
	depth := 0
	for j := i; j < len(glob); j++ {
		switch glob[j] {
		case '\\':
			j++
		case glob[i]:
			depth++
		case end:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return i
}
