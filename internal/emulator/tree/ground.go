package tree

import (
	"slices"
	"strings"
)

// Ground makes folders of repositories when somebody looks at them, so that an
// estate of any size takes no memory before. A folder that was looked at lies in
// the storage like any other.
type Ground interface {
	// Repositories are the keys of the repositories that have the folders.
	Repositories() []string
	// Folders is how many folders there are, Folder the path of each.
	Folders() int
	Folder(n int) string
	// Number finds the folder that a path is of or in, and tells whether there is one.
	Number(path string) (n int, ok bool)
	// Has tells whether a repository has a folder.
	Has(n int, repo string) bool
	// Grow stores what is in a folder, in all repositories.
	Grow(n int, s *Store)
	// Files calls file with what Grow would store in one repository, without
	// content, times and properties.
	Files(n int, repo string, file func(Item))
}

// Lay puts ground under a storage in which nothing of it is yet.
func (s *Store) Lay(g Ground) {
	for _, repo := range g.Repositories() {
		s.AddRepository(repo)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ground, s.grown = g, make([]bool, g.Folders())
	for _, repo := range g.Repositories() {
		for n := range g.Folders() {
			if g.Has(n, repo) {
				parent, name := s.parent(repo, g.Folder(n))
				parent.children[name] = s.folder()
			}
		}
	}
}

// Barren calls visit for every folder of the ground that nobody looked at, and
// tells whether that repository has any.
func (s *Store) Barren(repo string, visit func(n int)) bool {
	if !s.onGround(repo) {
		return false
	}
	s.mu.RLock()
	var barren []int
	for n, grown := range s.grown {
		if !grown {
			barren = append(barren, n)
		}
	}
	s.mu.RUnlock()
	for _, n := range barren {
		visit(n)
	}
	return true
}

// Stored is Walk over all of a repository but the ground that nobody looked at.
func (s *Store) Stored(repo string, visit func(Item) bool) { s.walk(repo, "", visit) }

// Ground is what was laid; nil where nothing was.
func (s *Store) Ground() Ground {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ground
}

func (s *Store) onGround(repo string) bool {
	g := s.Ground()
	return g != nil && slices.Contains(g.Repositories(), repo)
}

// reach makes the folder of the ground that a path is of or is in. The folders
// above lie there from the beginning.
func (s *Store) reach(repo, path string) {
	if !s.onGround(repo) {
		return
	}
	if n, ok := s.ground.Number(Clean(path)); ok {
		s.grow(n)
	}
}

// reachAll makes the folders that a path leads to, too.
func (s *Store) reachAll(repo, path string) {
	s.reach(repo, path)
	path = Clean(path)
	s.Barren(repo, func(n int) {
		if path == "" || strings.HasPrefix(s.ground.Folder(n), path+"/") {
			s.grow(n)
		}
	})
}

// grow makes a folder beside the storage, and puts it there unless somebody
// else did: nobody waits for that, and nobody sees half of it.
func (s *Store) grow(n int) {
	s.mu.RLock()
	grown := s.grown[n]
	s.mu.RUnlock()
	if grown {
		return
	}
	beside := New(s.now)
	s.ground.Grow(n, beside)
	path := s.ground.Folder(n)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grown[n] {
		return
	}
	s.grown[n] = true
	for repo := range beside.roots {
		if made := beside.find(repo, path); made != nil {
			parent, name := s.parent(repo, path)
			parent.children[name] = made
		}
	}
	for sum, content := range beside.binaries {
		s.binaries[sum] = s.deduplicate(sum, content)
	}
}
