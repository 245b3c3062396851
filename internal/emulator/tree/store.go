// Package tree is the emulator's storage: repositories of folders and files
// over content-addressed binaries, the way Artifactory keeps them. What one
// API writes, every other API sees.
package tree

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Store is a set of repositories. It is safe for concurrent use.
type Store struct {
	now func() time.Time

	mu       sync.RWMutex
	binaries map[string][]byte // by hexadecimal SHA-256
	roots    map[string]*node
	watchers []func(Change, Look)
	ground   Ground
	grown    []bool // by folder of the ground
}

// New makes an empty store; now stamps what is written.
func New(now func() time.Time) *Store {
	return &Store{now: now, binaries: map[string][]byte{}, roots: map[string]*node{}}
}

// AddRepository makes an empty repository, or keeps the one that is there.
func (s *Store) AddRepository(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roots[key] == nil {
		s.roots[key] = s.folder()
	}
}

// HasRepository tells whether a repository of that key exists.
func (s *Store) HasRepository(key string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.roots[key] != nil
}

// Stat returns the item at path, and whether there is one.
func (s *Store) Stat(repo, path string) (Item, bool) {
	s.reach(repo, path)
	s.mu.RLock()
	defer s.mu.RUnlock()
	path = Clean(path)
	n := s.find(repo, path)
	if n == nil {
		return Item{}, false
	}
	return n.snapshot(repo, path), true
}

// Content returns the bytes of the file at path, and whether there is such a file.
func (s *Store) Content(repo, path string) ([]byte, bool) {
	s.reach(repo, path)
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := s.find(repo, Clean(path))
	if n == nil || n.item.Folder {
		return nil, false
	}
	return n.item.content, true
}

// Binary returns the bytes with that hexadecimal SHA-256, wherever they are referenced.
func (s *Store) Binary(sha256Hex string) ([]byte, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.binaries[sha256Hex]
	return b, ok
}

// Children returns the items directly below the folder at path, sorted by name.
func (s *Store) Children(repo, path string) []Item {
	s.reach(repo, path)
	s.mu.RLock()
	defer s.mu.RUnlock()
	path = Clean(path)
	n := s.find(repo, path)
	if n == nil {
		return nil
	}
	items := make([]Item, 0, len(n.children))
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		items = append(items, n.children[name].snapshot(repo, join(path, name)))
	}
	return items
}

// Walk calls visit for the item at path and, depth first and sorted by name,
// for everything below it. It stops when visit returns false. The items are
// those of one moment: what visit itself writes is not seen.
func (s *Store) Walk(repo, path string, visit func(Item) bool) {
	s.reachAll(repo, path)
	s.walk(repo, path, visit)
}

func (s *Store) walk(repo, path string, visit func(Item) bool) {
	s.mu.RLock()
	path = Clean(path)
	var items []Item
	if n := s.find(repo, path); n != nil {
		items = n.collect(repo, path, nil)
	}
	s.mu.RUnlock()
	for _, i := range items {
		if !visit(i) {
			return
		}
	}
}

// Put creates or replaces the file at path and makes its parent folders. A
// replaced file keeps its creation time, like an upload over an existing
// artifact; its properties are replaced.
func (s *Store) Put(repo, path string, content []byte, by string, properties map[string][]string) Item {
	s.reach(repo, path)
	sums := sumsOf(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	path = Clean(path)
	at := s.now()
	n := &node{item: Item{
		Size: int64(len(content)), Checksums: sums, Created: at, CreatedBy: by,
		Modified: at, ModifiedBy: by, Updated: at, Properties: cloneProperties(properties),
		content: s.deduplicate(sums.SHA256, content),
	}}
	parent, name := s.parent(repo, path)
	old := parent.children[name]
	if old != nil && !old.item.Folder {
		n.item.Created, n.item.CreatedBy = old.item.Created, old.item.CreatedBy
	}
	parent.children[name] = n
	s.changed(repo, path, old, n)
	return n.snapshot(repo, path)
}

// Place puts a node with the content, timestamps and properties of from at
// path, as Copy Item does: no bytes move. A folder is made or, if it is
// there, takes over from's timestamps and properties and keeps its children;
// a file is replaced. The properties are the store's from then on.
func (s *Store) Place(repo, path string, from Item) Item {
	s.reach(repo, path)
	s.mu.Lock()
	defer s.mu.Unlock()
	path = Clean(path)
	parent, name := s.parent(repo, path)
	n := &node{item: from}
	n.item.Repo, n.item.Path = "", ""
	old := parent.children[name]
	if from.Folder {
		n.children = map[string]*node{}
		if old != nil && old.item.Folder {
			n.children = old.children
		}
	}
	parent.children[name] = n
	s.changed(repo, path, old, n)
	return n.snapshot(repo, path)
}

// MakeFolder makes the folder at path and its parents, or keeps what is there.
func (s *Store) MakeFolder(repo, path string) {
	s.reach(repo, path)
	s.mu.Lock()
	defer s.mu.Unlock()
	parent, name := s.parent(repo, Clean(path))
	if parent.children[name] == nil {
		parent.children[name] = s.folder()
	}
}

// Delete removes the item at path with everything below it, and tells whether
// there was one. Parent folders stay.
func (s *Store) Delete(repo, path string) bool {
	s.reachAll(repo, path)
	s.mu.Lock()
	defer s.mu.Unlock()
	path = Clean(path)
	dir, name := split(path)
	parent := s.find(repo, dir)
	if parent == nil || parent.children[name] == nil || path == "" {
		return false
	}
	old := parent.children[name]
	delete(parent.children, name)
	s.removed(repo, path, old)
	return true
}

// SetProperties merges properties into those of the item at path, and tells
// whether there is such an item. An empty list of values removes a key.
func (s *Store) SetProperties(repo, path string, properties map[string][]string) bool {
	s.reach(repo, path)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.find(repo, Clean(path))
	if n == nil {
		return false
	}
	merged := cloneProperties(n.item.Properties)
	if merged == nil {
		merged = map[string][]string{}
	}
	for k, v := range properties {
		if len(v) == 0 {
			delete(merged, k)
			continue
		}
		merged[k] = slices.Clone(v)
	}
	n.item.Properties = merged
	return true
}

// DropSHA256 forgets the recorded SHA-256 of the file at path, as on servers
// whose artifacts were never migrated to it. The content stays readable.
func (s *Store) DropSHA256(repo, path string) {
	s.reach(repo, path)
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.find(repo, Clean(path)); n != nil {
		n.item.SHA256 = ""
	}
}

// deduplicate keeps one copy of equal contents.
func (s *Store) deduplicate(sha256Hex string, content []byte) []byte {
	if b, ok := s.binaries[sha256Hex]; ok {
		return b
	}
	b := slices.Clone(content)
	s.binaries[sha256Hex] = b
	return b
}
