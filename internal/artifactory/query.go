package artifactory

import (
	"fmt"
	"strings"

	"github.com/sigsync/sigsync/internal/scan"
)

const (
	// maxQuery is the longest query text that the server takes, in characters.
	maxQuery = 6000
	// mostText leaves room for the limit of a sample.
	mostText = maxQuery - len(sampleLimit)
)

// query writes the Artifactory Query Language text of a listing. It narrows by
// image where that is possible: the listing may then still hold more, never less.
//
// $or takes single criteria: braces alone do not group there. There is neither
// sort nor limit: pages can lie, one stream cannot.
//
// The query is as long as the server takes, but for what narrows it to a part:
// without that, it would be no part.
func query(q scan.Query, p part) string {
	narrowed := find(q.Repository, files(q), folders(q.Images), p.criteria())
	if len(narrowed) <= mostText {
		return narrowed
	}
	return find(q.Repository, files(q), nil, p.criteria())
}

// files are the criteria of the files that a query is for.
func files(q scan.Query) []string {
	files := []string{match("*/sha256-*.sig"), match("*/sha256-*.att"), match("*/sha256-*.sbom")}
	if !q.AttachmentsOnly {
		files = append(files, `{"name":"manifest.json"}`, `{"name":"list.manifest.json"}`, `{"name":"`+scan.EmptyConfigName+`"}`)
	}
	return files
}

const (
	// filesOfAttachment is how many most have: a manifest, a config and a layer.
	filesOfAttachment = 3
	// rowsOfQuery is how many rows take as long as another query.
	rowsOfQuery = 5000
	// roomForPart is what each of several queries leaves for the criteria of a part.
	roomForPart = 1000
)

// narrowed returns the query; or, if its images do not fit into one, several that
// each narrow to some of them, where these take less than the rows of other images.
func narrowed(q scan.Query) []scan.Query {
	criteria := folders(q.Images)
	if len(find(q.Repository, files(q), criteria, nil)) <= mostText {
		return []scan.Query{q}
	}
	empty := len(find(q.Repository, files(q), []string{""}, nil))
	const most = mostText - roomForPart
	var all []scan.Query
	first, length := 0, empty
	for i, c := range criteria {
		if empty+len(c) > most {
			return []scan.Query{q} // not even that one fits
		}
		if length+len(c) > most {
			all = append(all, only(q, q.Images[first:i]))
			first, length = i, empty
		}
		length += len(c) + len(",")
	}
	if (len(all)+1)*rowsOfQuery > q.Beside*filesOfAttachment {
		return []scan.Query{q}
	}
	return append(all, only(q, q.Images[first:]))
}

func only(q scan.Query, images []string) scan.Query {
	q.Images = images
	return q
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
