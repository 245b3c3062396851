// Package tree is the emulator's storage: repositories of folders and files
// over content-addressed binaries, the way Artifactory keeps them. What one
// API writes, every other API sees.
package tree

import (
	"crypto/md5"  //nolint:gosec // Artifactory reports MD5 checksums beside the others
	"crypto/sha1" //nolint:gosec // Artifactory reports SHA-1 checksums beside the others
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Checksums are the hexadecimal checksums that Artifactory keeps of a file.
type Checksums struct {
	SHA1, MD5, SHA256 string
}

// Item is a snapshot of one file or folder. Changing it changes nothing in the store.
type Item struct {
	// Repo is the repository key.
	Repo string
	// Path is relative to the repository, without a leading slash; "" is the root.
	Path string
	// Folder tells a folder from a file.
	Folder bool
	// Size is in bytes; zero for folders.
	Size int64
	// Checksums are empty for folders.
	Checksums
	// Created, Modified and Updated are Artifactory's three timestamps. A copy
	// takes all of them from its source.
	Created, Modified, Updated time.Time
	CreatedBy, ModifiedBy      string
	// Properties maps a property key to its values.
	Properties map[string][]string

	content []byte
}

// Name is the last segment of the item's path.
func (i Item) Name() string { return i.Path[strings.LastIndexByte(i.Path, '/')+1:] }

// Dir is the item's path without its name; "" for items in the root.
func (i Item) Dir() string {
	if n := strings.LastIndexByte(i.Path, '/'); n >= 0 {
		return i.Path[:n]
	}
	return ""
}

// Store is a set of repositories. It is safe for concurrent use.
type Store struct {
	now func() time.Time

	mu       sync.RWMutex
	binaries map[string][]byte // by hexadecimal SHA-256
	roots    map[string]*node
}

type node struct {
	item     Item // Repo and Path are filled in on the way out
	children map[string]*node
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
	if old := parent.children[name]; old != nil && !old.item.Folder {
		n.item.Created, n.item.CreatedBy = old.item.Created, old.item.CreatedBy
	}
	parent.children[name] = n
	return n.snapshot(repo, path)
}

// Place puts a node with the content, timestamps and properties of from at
// path, as Copy Item does: no bytes move. A folder is made or, if it is
// there, takes over from's timestamps and properties and keeps its children;
// a file is replaced.
func (s *Store) Place(repo, path string, from Item) Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	path = Clean(path)
	parent, name := s.parent(repo, path)
	n := &node{item: from}
	n.item.Repo, n.item.Path = "", ""
	n.item.Properties = cloneProperties(from.Properties)
	if from.Folder {
		n.children = map[string]*node{}
		if old := parent.children[name]; old != nil && old.item.Folder {
			n.children = old.children
		}
	}
	parent.children[name] = n
	return n.snapshot(repo, path)
}

// MakeFolder makes the folder at path and its parents, or keeps what is there.
func (s *Store) MakeFolder(repo, path string) {
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
	s.mu.Lock()
	defer s.mu.Unlock()
	path = Clean(path)
	dir, name := split(path)
	parent := s.find(repo, dir)
	if parent == nil || parent.children[name] == nil || path == "" {
		return false
	}
	delete(parent.children, name)
	return true
}

// SetProperties merges properties into those of the item at path, and tells
// whether there is such an item. An empty list of values removes a key.
func (s *Store) SetProperties(repo, path string, properties map[string][]string) bool {
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
	i.Properties = cloneProperties(i.Properties)
	return i
}

func (n *node) collect(repo, path string, items []Item) []Item {
	items = append(items, n.snapshot(repo, path))
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		items = n.children[name].collect(repo, join(path, name), items)
	}
	return items
}

func sumsOf(content []byte) Checksums {
	s1, m5, s256 := sha1.Sum(content), md5.Sum(content), sha256.Sum256(content) //nolint:gosec // see the imports
	return Checksums{
		SHA1:   hex.EncodeToString(s1[:]),
		MD5:    hex.EncodeToString(m5[:]),
		SHA256: hex.EncodeToString(s256[:]),
	}
}

func cloneProperties(p map[string][]string) map[string][]string {
	if p == nil {
		return nil
	}
	c := make(map[string][]string, len(p))
	for k, v := range p {
		c[k] = slices.Clone(v)
	}
	return c
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
