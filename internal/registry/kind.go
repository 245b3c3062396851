package registry

import (
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
)

// kind is what a list names.
type kind uint8

const (
	tagList kind = iota
	catalog
)

// form is how a kind of list is written: the end of its path, the key of its
// names, and how long one may be.
type form struct {
	suffix, key string
	longest     int
}

func (k kind) form() form {
	if k == catalog {
		return form{"/_catalog", "repositories", intake.NameBytes}
	}
	return form{"/tags/list", "tags", intake.TagBytes}
}

// names tells whether something may be called so. Names are put into URLs and
// shown to people: they must lead nowhere else, and a tag must not be taken for
// a digest. Beyond that, not every registry keeps to the grammar.
func (k kind) names(name string) bool {
	if len(name) > k.form().longest || k == tagList && strings.Contains(name, "/") {
		return false
	}
	for segment := range strings.SplitSeq(name, "/") {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsFunc(segment, strays) {
			return false
		}
	}
	return true
}

func strays(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`:@%?#\`, r) }
