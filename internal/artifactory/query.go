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
// $or takes single criteria: braces alone do not group there. There is neither
// sort nor limit: pages can lie, one stream cannot.
//
// The query is as long as the server takes, but for what narrows it to a part:
// without that, it would be no part.
func query(q scan.Query, p part) string {
	files := []string{match("*/sha256-*.sig"), match("*/sha256-*.att"), match("*/sha256-*.sbom")}
	if !q.AttachmentsOnly {
		files = append(files, `{"name":"manifest.json"}`, `{"name":"list.manifest.json"}`, `{"name":"`+scan.EmptyConfigName+`"}`)
	}
	narrowed := find(q.Repository, files, folders(q.Images), p.criteria())
	if len(narrowed) <= maxQuery {
		return narrowed
	}
	return find(q.Repository, files, nil, p.criteria())
}

func find(repository string, files, folders, part []string) string {
	criteria := either(files)
	if len(folders) > 0 || len(part) > 0 {
		all := []string{"{" + either(files) + "}"}
		if len(folders) > 0 {
			all = append(all, "{"+either(folders)+"}")
		}
		criteria = `"$and":[` + strings.Join(append(all, part...), ",") + `]`
	}
	return fmt.Sprintf(`items.find({"repo":%q,%s}).include("repo","path","name","sha256","size")`, repository, criteria)
}

func either(criteria []string) string { return `"$or":[` + strings.Join(criteria, ",") + `]` }

func match(path string) string { return `{"path":{"$match":"` + path + `"}}` }

// folders turns globs over image paths into criteria over the folders of
// files; nil where a glob takes everything.
func folders(globs []string) []string {
	var criteria []string
	for _, glob := range globs {
		pattern := widen(glob)
		if pattern == "*" {
			return nil
		}
		criteria = append(criteria, match(pattern+"/*"))
	}
	return criteria
}
