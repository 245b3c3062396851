package tree

// Change is one file that was written, replaced or removed.
type Change struct {
	// Repo is the repository key, Path the file's path in it.
	Repo, Path string
	// Before and After are its content; nil where there was, or is, no file.
	Before, After []byte
}

// Look returns the content of a file at the moment of a change, and whether
// there is such a file.
type Look func(repo, path string) ([]byte, bool)

// Watch has see called with every change of a file from now on, one at a time
// and before anybody can read what the change left. See must not call the
// store: look reads it. A folder that is removed is a change of each file in
// it, seen when all of them are gone.
func (s *Store) Watch(see func(c Change, look Look)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers = append(s.watchers, see)
}

// changed tells the watchers of a node in the place of another.
func (s *Store) changed(repo, path string, before, after *node) {
	for _, see := range s.watchers {
		if c := (Change{Repo: repo, Path: path, Before: before.content(), After: after.content()}); c.Before != nil || c.After != nil {
			see(c, s.look)
		}
	}
}

// removed tells the watchers of all files of a node that is gone.
func (s *Store) removed(repo, path string, old *node) {
	if len(s.watchers) == 0 {
		return
	}
	s.changed(repo, path, old, nil)
	for name, child := range old.children {
		s.removed(repo, join(path, name), child)
	}
}

func (s *Store) look(repo, path string) ([]byte, bool) {
	content := s.find(repo, path).content()
	return content, content != nil
}

// content is that of a file, which may be empty; nil where there is none.
func (n *node) content() []byte {
	switch {
	case n == nil || n.item.Folder:
		return nil
	case n.item.content == nil:
		return []byte{}
	default:
		return n.item.content
	}
}
