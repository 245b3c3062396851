package emulator

import (
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// view is a repository as one caller sees it: the items of a virtual one's
// members merged, those of a remote one's cache, and none that may not be read.
type view struct {
	server *Server
	caller caller
	// repos are the storage behind the repository.
	repos []string
	// as is the key that folders carry; files always carry that of the storage.
	as string
}

// view opens a repository. There is nothing in one that does not exist.
func (s *Server) view(c caller, key string) view {
	v := view{server: s, caller: c, repos: s.repositories.readFrom(key)}
	if r, _ := s.repositories.find(key); r.Class == Virtual {
		v.as = key
	}
	return v
}

// stat returns the first item at path. Its errors are refusals: absent, and
// there but not to be read.
func (v view) stat(path string) (tree.Item, error) {
	var hidden error
	for _, repo := range v.repos {
		i, ok := v.server.tree.Stat(repo, path)
		switch {
		case !ok:
		case v.reads(i):
			return v.show(i), nil
		default:
			hidden = v.server.forbidden(v.caller, repo, path)
		}
	}
	if hidden != nil {
		return tree.Item{}, hidden
	}
	return tree.Item{}, itemNotFound()
}

// items calls visit for everything below path, but not for path itself. A path
// that several members have comes once.
func (v view) items(path string, visit func(tree.Item)) {
	seen := map[string]bool{path: true}
	for _, repo := range v.repos {
		v.server.tree.Walk(repo, path, func(i tree.Item) bool {
			if !seen[i.Path] && v.reads(i) {
				seen[i.Path] = true
				visit(v.show(i))
			}
			return true
		})
	}
}

// children lists what is directly below path, once each.
func (v view) children(path string) []tree.Item {
	var items []tree.Item
	seen := map[string]bool{}
	for _, repo := range v.repos {
		for _, i := range v.server.tree.Children(repo, path) {
			if !seen[i.Path] && v.reads(i) {
				seen[i.Path] = true
				items = append(items, v.show(i))
			}
		}
	}
	return items
}

func (v view) show(i tree.Item) tree.Item {
	if i.Folder && v.as != "" {
		i.Repo = v.as
	}
	return i
}

func (v view) reads(i tree.Item) bool { return v.caller.reads(i.Repo, i.Path) }

// reads tells whether the caller may read a path. The root is read by those
// who may read anything; the server's own indexes are shown to admins only.
func (c caller) reads(repo, path string) bool {
	if internal(path) {
		return c.Admin
	}
	if path == "" {
		return c.MaySomewhere(access.Read, repo)
	}
	return c.May(access.Read, repo, path)
}

// internal tells of the folder where the server keeps its own indexes.
func internal(path string) bool {
	return path == ".jfrog" || strings.HasPrefix(path, ".jfrog/")
}

// forbidden is the refusal of a path that the caller may not read.
func (s *Server) forbidden(c caller, repo, path string) error {
	switch {
	case c.anonymous:
		return unauthorized("Unauthorized")
	case s.options.HideUnauthorized:
		return refuse(http.StatusNotFound, "Resource not found")
	default:
		return refuse(http.StatusForbidden, "Request for '%s:%s' is forbidden for user: '%s'.", repo, path, c.Name)
	}
}

func itemNotFound() error { return refuse(http.StatusNotFound, "Unable to find item") }
