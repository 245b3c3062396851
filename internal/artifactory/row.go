package artifactory

import (
	"fmt"
	"strconv"
	"strings"

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

// row reads one item and shows it to the visitor.
func (l *listing) row() error {
	r := row{listing: l}
	l.rows++
	if err := l.object(r.member); err != nil {
		return err
	}
	switch {
	case !r.repo:
		return fmt.Errorf("%w: row %d is of another repository than %s", oci.ErrIncomplete, l.rows, l.repository)
	case r.file.Path == "" || r.file.Name == "":
		return fmt.Errorf("%w: row %d has no path or name", oci.ErrIncomplete, l.rows)
	case !isFolder(r.file.Path) || !isSegment(r.file.Name):
		return fmt.Errorf("%w: row %d is of %.80q in %.80q, which no file is called", oci.ErrIncomplete, l.rows, r.file.Name, r.file.Path)
	case r.file.Size < 0:
		return fmt.Errorf("%w: row %d has the size %d", oci.ErrIncomplete, l.rows, r.file.Size)
	}
	if err := l.visit(r.file); err != nil {
		return visitError{err}
	}
	return nil
}

func (r *row) member(key []byte) error {
	var text []byte
	var err error
	switch string(key) {
	case `"repo"`:
		text, err = r.scalar()
		r.repo = string(text) == r.repository
	case `"path"`:
		text, err = r.scalar()
		if string(text) != r.path {
			r.path = string(text)
		}
		r.file.Path = r.path
	case `"name"`:
		text, err = r.scalar()
		r.file.Name = name(text)
	case `"sha256"`:
		r.file.Digest, err = r.checksum()
	case `"size"`:
		r.file.Size, err = r.number()
	default:
		err = r.in.SkipValue()
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
func (r *row) checksum() (oci.Digest, error) {
	text, err := r.scalar()
	if err != nil || len(text) == 0 {
		return oci.Digest{}, err
	}
	return oci.ParseHex(text)
}

// number reads an integer, which some versions put in quotes.
func (r *row) number() (int64, error) {
	text, err := r.scalar()
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
func name(text []byte) string {
	switch string(text) {
	case scan.EmptyConfigName:
		return scan.EmptyConfigName
	case "manifest.json":
		return "manifest.json"
	case "list.manifest.json":
		return "list.manifest.json"
	default:
		return string(text)
	}
}
