package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// listed is a row of File List. Its SHA-256 is called sha2.
type listed struct {
	URI          string            `json:"uri"`
	Size         int64             `json:"size"`
	LastModified string            `json:"lastModified"`
	Folder       bool              `json:"folder"`
	SHA1         string            `json:"sha1,omitempty"`
	SHA2         string            `json:"sha2,omitempty"`
	Timestamps   map[string]string `json:"mdTimestamps,omitempty"`
}

// listing are the parameters of File List.
type listing struct {
	deep, depth, folders, timestamps, root int
}

// fileList answers ?list: everything below a folder in one response.
func (s *Server) fileList(c *call, at view, repo, path string) error {
	if s.options.Edition != EditionPro {
		return proOnly()
	}
	if c.caller.anonymous {
		return refuse(http.StatusForbidden, "Forbidden")
	}
	folder, err := at.stat(path)
	if err != nil {
		return err
	}
	if !folder.Folder {
		return refuse(http.StatusBadRequest, "Expected a folder but found a file, at: %s:%s", folder.Repo, path)
	}
	l, err := readListing(c)
	if err != nil {
		return err
	}
	return c.send("FileList", map[string]any{
		"uri": s.uri(c, repo, path), "created": timestamp(s.options.Now()), "files": l.rows(at, folder),
	})
}

func readListing(c *call) (l listing, err error) {
	for _, p := range []struct {
		name string
		to   *int
	}{{"deep", &l.deep}, {"depth", &l.depth}, {"listFolders", &l.folders}, {"mdTimestamps", &l.timestamps}, {"includeRootPath", &l.root}} {
		if *p.to, err = integer(c.query, p.name, 0); err != nil {
			return l, refuse(http.StatusBadRequest, "For input string: \"%s\"", c.query.Get(p.name))
		}
	}
	return l, nil
}

// rows are sorted by path. Depth counts only in a deep listing.
func (l listing) rows(at view, folder tree.Item) []listed {
	rows := []listed{}
	if l.root == 1 && l.folders == 1 {
		rows = append(rows, l.row(folder, folder))
	}
	at.items(folder.Path, func(i tree.Item) {
		level := strings.Count(relative(i, folder), "/")
		tooDeep := l.deep != 1 && level > 1 || l.deep == 1 && l.depth > 0 && level > l.depth
		if !tooDeep && (!i.Folder || l.folders == 1) {
			rows = append(rows, l.row(i, folder))
		}
	})
	slices.SortStableFunc(rows, func(a, b listed) int { return cmp.Compare(a.URI, b.URI) })
	return rows
}

func (l listing) row(i, folder tree.Item) listed {
	r := listed{URI: relative(i, folder), Size: i.Size, LastModified: timestamp(i.Modified), Folder: i.Folder, SHA1: i.SHA1, SHA2: i.SHA256}
	if i.Folder {
		r.Size = -1
	}
	if l.timestamps == 1 && len(i.Properties) > 0 {
		r.Timestamps = map[string]string{"properties": timestamp(i.Updated)}
	}
	return r
}

// relative is the path below the folder, with a leading slash.
func relative(i, folder tree.Item) string {
	return "/" + strings.TrimPrefix(strings.TrimPrefix(i.Path, folder.Path), "/")
}
