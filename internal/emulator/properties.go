package emulator

import (
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// properties answers ?properties, all of them or those that are named. None
// is 404.
func (s *Server) properties(c *call, i tree.Item) error {
	found := map[string][]string{}
	names := c.query.Get("properties")
	for key, values := range i.Properties {
		if names == "" || contains(names, key) {
			found[key] = values
		}
	}
	if len(found) == 0 {
		return refuse(http.StatusNotFound, "No properties could be found.")
	}
	return c.send("ItemProperties", struct {
		Properties map[string][]string `json:"properties"`
		URI        string              `json:"uri"`
	}{found, s.uri(c, i.Repo, i.Path)})
}

func contains(list, name string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one == name {
			return true
		}
	}
	return false
}

// setProperties answers PUT ?properties=a=b;c=d on an item and, unless
// recursive=0, everything below it.
func (s *Server) setProperties(c *call, at view, repo, path string) error {
	item, err := at.stat(path)
	if err != nil {
		return err
	}
	recursive, err := integer(c.query, "recursive", 1)
	if err != nil {
		return refuse(http.StatusBadRequest, "For input string: \"%s\"", c.query.Get("recursive"))
	}
	if at.as != "" {
		return refuse(http.StatusBadRequest, "Properties cannot be set on the virtual repository '%s'", repo)
	}
	if !c.caller.May(access.Annotate, item.Repo, path) {
		return refuse(http.StatusForbidden, "User doesn't have permissions to annotate '%s:%s'.", item.Repo, path)
	}
	properties := parseProperties(c.query.Get("properties"))
	s.tree.SetProperties(item.Repo, path, properties)
	if recursive != 0 {
		at.items(path, func(below tree.Item) { s.tree.SetProperties(below.Repo, below.Path, properties) })
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// parseProperties reads a=b,c;d=e, where a bar separates like a semicolon.
func parseProperties(text string) map[string][]string {
	properties := map[string][]string{}
	for pair := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '|' }) {
		if key, values, ok := strings.Cut(pair, "="); ok && key != "" {
			properties[key] = strings.Split(values, ",")
		}
	}
	return properties
}

// lastModified answers ?lastModified with the youngest file below an item.
func (s *Server) lastModified(c *call, at view, i tree.Item) error {
	if at.as != "" {
		return refuse(http.StatusBadRequest, "This method can only be invoked on local/cached repositories.")
	}
	youngest, found := i, !i.Folder
	at.items(i.Path, func(below tree.Item) {
		if !below.Folder && (!found || below.Modified.After(youngest.Modified)) {
			youngest, found = below, true
		}
	})
	if !found {
		return itemNotFound()
	}
	return c.send("ItemLastModified", struct {
		URI          string `json:"uri"`
		LastModified string `json:"lastModified"`
	}{s.uri(c, youngest.Repo, youngest.Path), timestamp(youngest.Modified)})
}
