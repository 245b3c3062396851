package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// search answers the searches.
func (s *Server) search(c *call) error {
	switch c.address.path {
	case "aql":
		return s.aql(c)
	case "checksum":
		return s.checksumSearch(c)
	default:
		return notFound(c)
	}
}

// checksumSearch finds files by a checksum, in all or in the named repositories.
func (s *Server) checksumSearch(c *call) error {
	if c.r.Method != http.MethodGet {
		return methodNotAllowed()
	}
	if s.options.Edition != EditionPro {
		return proOnly()
	}
	if c.query.Get("sha256") == "" && c.query.Get("sha1") == "" && c.query.Get("md5") == "" {
		return refuse(http.StatusBadRequest, "At least one checksum is required")
	}
	results := []any{}
	for _, repo := range s.searched(c) {
		s.tree.Walk(repo, "", func(i tree.Item) bool {
			if !i.Folder && c.caller.reads(repo, i.Path) && c.asksFor(i) {
				results = append(results, s.found(c, i))
			}
			return true
		})
	}
	reply(c.w, http.StatusOK, "application/vnd.org.jfrog.artifactory.search.ChecksumSearchResult+json", map[string]any{"results": results})
	return nil
}

// searched are the keys of the storage that ?repos names.
func (s *Server) searched(c *call) []string {
	if !c.query.Has("repos") {
		return s.repositories.all()
	}
	var keys []string
	for key := range strings.SplitSeq(c.query.Get("repos"), ",") {
		keys = append(keys, s.repositories.readFrom(key)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (c *call) asksFor(i tree.Item) bool {
	asked := func(name, sum string) bool {
		return sum != "" && strings.EqualFold(c.query.Get(name), sum)
	}
	return asked("sha256", i.SHA256) || asked("sha1", i.SHA1) || asked("md5", i.MD5)
}

// found is one result: its URI, or everything if the client asks for details.
func (s *Server) found(c *call, i tree.Item) any {
	if strings.Contains(c.r.Header.Get("X-Result-Detail"), "info") {
		return s.newFileInfo(c, i)
	}
	return map[string]string{"uri": s.uri(c, i.Repo, i.Path)}
}
