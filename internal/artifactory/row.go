package artifactory

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// row is one item of a listing.
type row struct {
	*listing
	repo bool // it is the repository that was asked for
	file scan.File
}

// row reads one item and shows it to the visitor. It has jsontext read it as one
// value, which checks all that is to be checked, and takes that apart by itself.
// To have jsontext read token by token took half as long again (BenchmarkDecode):
// 13 calls for a row instead of one. encoding/json took five times as long.
func (l *listing) row() error {
	l.rows++
	value, err := l.in.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() != '{' {
		return fmt.Errorf("%v where %v belongs", value.Kind(), jsontext.Kind('{'))
	}
	r := row{listing: l}
	if err := r.read(value); err != nil {
		return err
	}
	switch {
	case !r.repo:
		return fmt.Errorf("%w: row %d is of another repository than %s", oci.ErrIncomplete, l.rows, l.repository)
	case r.file.Path == "" || r.file.Name == "":
		return fmt.Errorf("%w: row %d has no path or name", oci.ErrIncomplete, l.rows)
	case !r.isFolder || !isSegment(r.file.Name):
		return fmt.Errorf("%w: row %d is of %.80q in %.80q, which no file is called", oci.ErrIncomplete, l.rows, r.file.Name, r.file.Path)
	case r.file.Size < 0:
		return fmt.Errorf("%w: row %d has the size %d", oci.ErrIncomplete, l.rows, r.file.Size)
	}
	if err := l.visit(r.file); err != nil {
		return visitError{err}
	}
	return nil
}

// read goes through the members of an object that is known to be well formed.
func (r *row) read(object []byte) error {
	for rest := after(object[1:]); rest[0] != '}'; {
		key := first(rest)
		rest = after(rest[len(key):])
		value := first(rest)
		rest = after(rest[len(value):])
		key, err := name(key)
		if err != nil {
			return err
		}
		if err := r.member(key, value); err != nil {
			return err
		}
	}
	return nil
}

func (r *row) member(key, value []byte) error {
	var text []byte
	var err error
	switch string(key) {
	case `"repo"`:
		text, err = r.scalar(value)
		r.repo = string(text) == r.repository
	case `"path"`:
		if text, err = r.scalar(value); string(text) != r.path {
			r.path = r.texts.keep(text)
			r.isFolder = isFolder(r.path)
		}
		r.file.Path = r.path
	case `"name"`:
		text, err = r.scalar(value)
		r.file.Name = r.name(text)
	case `"sha256"`:
		r.file.Digest, err = r.checksum(value)
	case `"size"`:
		r.file.Size, err = r.number(value)
	}
	return err
}

// isFolder tells whether a path is one that a folder may have. What leads out of
// its own folder would be put into URLs and lead somewhere else there.
func isFolder(path string) bool {
	if path == "." { // the root
		return true
	}
	for segment := range strings.SplitSeq(path, "/") {
		if !isSegment(segment) {
			return false
		}
	}
	return len(path) <= intake.PathBytes
}

func isSegment(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.Contains(name, "/") && len(name) <= intake.PathBytes
}

// checksum reads a SHA-256; null and "" are none.
func (r *row) checksum(value []byte) (oci.Digest, error) {
	text, err := r.scalar(value)
	if err != nil || len(text) == 0 {
		return oci.Digest{}, err
	}
	return oci.ParseHex(text)
}

// number reads an integer, which some versions put in quotes.
func (r *row) number(value []byte) (int64, error) {
	text, err := r.scalar(value)
	if err != nil || len(text) == 0 {
		return 0, err
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("row %d has the size %.40q", r.rows, text)
	}
	return n, nil
}

// name spares the names that very many folders have a copy for each.
func (l *listing) name(text []byte) string {
	switch string(text) {
	case scan.EmptyConfigName:
		return scan.EmptyConfigName
	case "manifest.json":
		return "manifest.json"
	case "list.manifest.json":
		return "list.manifest.json"
	default:
		return l.texts.keep(text)
	}
}
