package tree

import (
	"maps"
	"slices"
	"strings"
)

type node struct {
	item     Item // Repo and Path are filled in on the way out
	children map[string]*node
}

// Clean removes leading, trailing and doubled slashes.
func Clean(path string) string {
	return strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' }), "/")
}

func (s *Store) find(repo, path string) *node {
	n := s.roots[repo]
	if path == "" || n == nil {
		return n
	}
	for name := range strings.SplitSeq(path, "/") {
		if n = n.children[name]; n == nil {
			return nil
		}
	}
	return n
}

// parent returns the folder that holds path's last segment, made if need be.
// A file in the way is replaced by a folder: the APIs refuse that before they
// come here.
func (s *Store) parent(repo, path string) (*node, string) {
	dir, name := split(path)
	n := s.roots[repo]
	if n == nil {
		n = s.folder()
		s.roots[repo] = n
	}
	if dir == "" {
		return n, name
	}
	for segment := range strings.SplitSeq(dir, "/") {
		next := n.children[segment]
		if next == nil || !next.item.Folder {
			next = s.folder()
			n.children[segment] = next
		}
		n = next
	}
	return n, name
}

func (s *Store) folder() *node {
	at := s.now()
	return &node{
		item:     Item{Folder: true, Created: at, Modified: at, Updated: at},
		children: map[string]*node{},
	}
}

func (n *node) snapshot(repo, path string) Item {
	i := n.item
	i.Repo, i.Path = repo, path
	return i
}

func (n *node) collect(repo, path string, items []Item) []Item {
	items = append(items, n.snapshot(repo, path))
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		items = n.children[name].collect(repo, join(path, name), items)
	}
	return items
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

func split(path string) (dir, name string) {
	if n := strings.LastIndexByte(path, '/'); n >= 0 {
		return path[:n], path[n+1:]
	}
	return "", path
}
