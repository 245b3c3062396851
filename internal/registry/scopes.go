package registry

import (
	"strings"
	"sync"
)

// scopes remembers what tokens were asked for in the end, by what was expected
// to do: the scopes of Artifactory lack the repository where it is a part of the
// name. Tokens are kept by their scopes, so whoever knows them finds the token
// without being asked for it first. The zero value is ready.
type scopes struct {
	mu      sync.Mutex
	learned map[string][]string
}

func (s *scopes) learn(expected, asked []string) {
	if len(expected) == 0 || len(asked) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.learned == nil {
		s.learned = map[string][]string{}
	}
	s.learned[strings.Join(expected, " ")] = asked
}

func (s *scopes) of(expected []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if asked, ok := s.learned[strings.Join(expected, " ")]; ok {
		return asked
	}
	return expected
}
