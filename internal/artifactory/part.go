package artifactory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/scan"
)

// part is a part of a listing: the rows whose path, or whose name in one folder,
// begins with a prefix and with none of some longer ones. A part that the server
// trims falls into one for each prefix that was seen in it, and the rest: every
// row is in one of them, whatever the server takes for the order of texts,
// because none is asked for: $nmatch is true where $match is not. Ranges of
// paths would need to know how the database sorts.
//
// A database that ignores case, or accents, may have a row in two of them. It
// comes twice then, which makes no difference to an inventory.
type part struct {
	folder string // whose names the prefixes are of; "" where they are of paths
	prefix string
	not    []string
	// besides is a folder whose own files are in another part.
	besides string
}

// criteria say which rows are in the part; none for all.
func (p part) criteria() []string {
	var criteria []string
	field := "path"
	if p.folder != "" {
		criteria = append(criteria, fmt.Sprintf(`{"path":%q}`, p.folder))
		field = "name"
	}
	if p.prefix != "" {
		criteria = append(criteria, fmt.Sprintf(`{%q:{"$match":%q}}`, field, p.prefix+"*"))
	}
	for _, prefix := range p.not {
		criteria = append(criteria, fmt.Sprintf(`{%q:{"$nmatch":%q}}`, field, prefix+"*"))
	}
	if p.besides != "" {
		criteria = append(criteria, fmt.Sprintf(`{"path":{"$ne":%q}}`, p.besides))
	}
	return criteria
}

// learned is what the rows of a part show of how to divide it.
type learned struct {
	part
	next   map[string]scan.File // prefixes that are a character longer, each with a row
	seen   string               // the one of them that came last
	common string               // what all the rows begin with
	rows   int
	folder string    // that all rows are in; "" where they are in several
	fold   bool      // some row begins with the prefix in another case
	rest   scan.File // a row that begins with none of the longer prefixes
}

func (p part) learner() *learned { return &learned{part: p, next: map[string]scan.File{}} }

// text is what the prefixes are of.
func (p part) text(f *scan.File) string {
	if p.folder != "" {
		return f.Name
	}
	return f.Path
}

func (l *learned) row(f *scan.File) {
	text := l.text(f)
	l.rows++
	if l.rows == 1 {
		l.common, l.folder = text, f.Path
	}
	for !strings.HasPrefix(text, l.common) {
		l.common = l.common[:len(l.common)-1]
	}
	if f.Path != l.folder {
		l.folder = ""
	}
	switch {
	case l.seen != "" && strings.HasPrefix(text, l.seen): // as nearly always
	case !strings.HasPrefix(text, l.prefix):
		l.fold, l.rest = true, *f
	case len(text) > len(l.prefix) && plain(text[:len(l.prefix)+1]):
		l.seen = text[:len(l.prefix)+1]
		if _, known := l.next[l.seen]; !known {
			l.next[l.seen] = *f
		}
	default:
		l.rest = *f
	}
}

// divide returns the parts that a trimmed part falls into; none where it cannot.
func (l *learned) divide() []part {
	// All that lies in one folder differs by name.
	if l.part.folder == "" && l.folder != "" && l.prefix == l.folder && len(l.next) == 0 && plain(l.folder) {
		return []part{{folder: l.folder}, {prefix: l.prefix, not: l.not, besides: l.folder}}
	}
	prefixes := slices.Sorted(maps.Keys(l.next))
	// One step takes what all rows begin with, where they say nothing against it.
	if len(prefixes) == 1 && len(l.not) == 0 && len(l.common) > len(l.prefix)+1 && plain(l.common) {
		prefixes = []string{l.common}
	}
	if l.fold {
		prefixes = slices.CompactFunc(slices.SortedFunc(slices.Values(prefixes), foldCompare), strings.EqualFold)
	}
	if len(prefixes) == 0 {
		return nil
	}
	rest := part{folder: l.part.folder, prefix: l.prefix, not: slices.Clone(l.not), besides: l.besides}
	var parts []part
	for _, prefix := range prefixes {
		parts = append(parts, part{folder: l.part.folder, prefix: prefix, not: l.within(prefix)})
		rest.not = slices.DeleteFunc(rest.not, func(not string) bool { return strings.HasPrefix(not, prefix) })
		rest.not = append(rest.not, prefix)
	}
	return append(parts, rest)
}

// within are those of the part's longer prefixes that begin with that one.
func (l *learned) within(prefix string) []string {
	var not []string
	for _, longer := range l.not {
		if strings.HasPrefix(longer, prefix) {
			not = append(not, longer)
		}
	}
	return not
}

func foldCompare(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

// plain tells whether a pattern can be written that takes the text as it is.
// What cannot be written stays in the rest.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte("*?\"\\]}", c) >= 0 {
			return false
		}
	}
	return true
}
