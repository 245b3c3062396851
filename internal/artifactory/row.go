package artifactory

import (
	"errors"
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

// longestPlain is what a row has come to, in bytes, when jsontext is to have it:
// it begins anew with each piece that comes in.
const longestPlain = 8 << 10

// someRows reads one row by jsontext, which is then one that expects a comma, and
// the plain ones behind it, which are nearly always all.
//
// A plain row is read field by field. That takes half the time in which
// jsontext reads the row as one value and that is taken apart (BenchmarkDecode);
// token by token, 13 calls for a row, took half as long again, and encoding/json
// five times as long. What plainRow does not know, jsontext judges.
func (l *listing) someRows() error {
	l.feed.left = intake.RowBytes
	if err := l.row(); err != nil {
		return err
	}
	// Nothing is left in jsontext but where the row was no object.
	for len(l.in.UnreadBuffer()) == 0 {
		there := l.feed.there()
		n, short, err := l.plainRows(there)
		if err != nil {
			return err
		}
		l.feed.pass(n)
		if !short || len(there)-n > longestPlain || !l.feed.more() {
			break
		}
	}
	return nil
}

// plainRows shows the plain rows that a text begins with to the visitor, and returns
// how long they are; short tells that the text ends in the middle of one, or between two.
func (l *listing) plainRows(text []byte) (n int, short bool, err error) {
	for {
		length, short := l.plain.read(text[n:])
		if length == 0 {
			return n, short, nil
		}
		if err := l.plainRow(); err != nil {
			return n, false, err
		}
		n += length
	}
}

// plainRow shows a row to the visitor that has been read.
func (l *listing) plainRow() error {
	l.rows++
	r := row{listing: l}
	for field, text := range l.plain.fields {
		if l.plain.has[field] {
			if err := r.set(field, text); err != nil {
				return err
			}
		}
	}
	return r.show()
}

// row reads one item and shows it to the visitor. It has jsontext read it as one
// value, which checks all that is to be checked, and takes that apart by itself.
func (l *listing) row() error {
	l.rows++
	value, err := l.in.ReadValue()
	if err != nil {
		return l.where(err)
	}
	if value.Kind() != '{' {
		return fmt.Errorf("%v where %v belongs", value.Kind(), jsontext.Kind('{'))
	}
	r := row{listing: l}
	if err := r.read(value); err != nil {
		return err
	}
	return r.show()
}

// where says in which row something is not JSON: jsontext has not seen all of them.
func (l *listing) where(err error) error {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("row %d: %w", l.rows, syntactic.Err)
	}
	return err
}

// show gives a row to the visitor that one may be.
func (r *row) show() error {
	switch {
	case !r.repo:
		return fmt.Errorf("%w: row %d is of another repository than %s", oci.ErrIncomplete, r.rows, r.repository)
	case r.file.Path == "" || r.file.Name == "":
		return fmt.Errorf("%w: row %d has no path or name", oci.ErrIncomplete, r.rows)
	case !r.isFolder || !isSegment(r.file.Name):
		return fmt.Errorf("%w: row %d is of %.80q in %.80q, which no file is called", oci.ErrIncomplete, r.rows, r.file.Name, r.file.Path)
	case r.file.Size < 0:
		return fmt.Errorf("%w: row %d has the size %d", oci.ErrIncomplete, r.rows, r.file.Size)
	}
	if err := r.visit(r.file); err != nil {
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

// member takes a field in; others are of no interest.
func (r *row) member(key, value []byte) error {
	field, known := fieldOf(key[1 : len(key)-1])
	if !known {
		return nil
	}
	text, err := r.scalar(value)
	if err != nil {
		return err
	}
	return r.set(field, text)
}

// set takes the text of a field in; that of null is empty.
func (r *row) set(field int, text []byte) error {
	var err error
	switch field {
	case repoField:
		r.repo = string(text) == r.repository
	case pathField:
		if string(text) != r.path {
			r.path = r.texts.keep(text)
			r.isFolder = isFolder(r.path)
		}
		r.file.Path = r.path
	case nameField:
		r.file.Name = r.name(text)
	case sizeField:
		r.file.Size, err = r.number(text)
	case checksumField:
		if len(text) > 0 {
			r.file.Digest, err = oci.ParseHex(text)
		}
	}
	return err
}

// isFolder tells whether a path is one that a folder may have. What leads out of
// its own folder would be put into URLs and lead somewhere else there.
func isFolder(path string) bool {
	if path == "." || isOrdinary(path) { // the root, or as nearly all are
		return len(path) <= intake.PathBytes
	}
	for segment := range strings.SplitSeq(path, "/") {
		if !isSegment(segment) {
			return false
		}
	}
	return len(path) <= intake.PathBytes
}

// isOrdinary tells of a path that no segment of is empty or begins with a dot.
func isOrdinary(path string) bool {
	for path != "" && path[0] != '/' && path[0] != '.' {
		end := strings.IndexByte(path, '/')
		if end < 0 {
			return true
		}
		path = path[end+1:]
	}
	return false
}

func isSegment(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.Contains(name, "/") && len(name) <= intake.PathBytes
}

// number reads an integer, which some versions put in quotes.
func (r *row) number(text []byte) (int64, error) {
	if n, ok := digits(text); ok {
		return n, nil
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("row %d has the size %.40q", r.rows, text)
	}
	return n, nil
}

// digits reads a number of none but digits, and not too many: what servers write.
// No digits are 0.
func digits(text []byte) (n int64, ok bool) {
	if len(text) > mostDigits {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
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
