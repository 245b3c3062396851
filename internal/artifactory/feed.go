package artifactory

import (
	"bufio"
	"bytes"
	"io"

	"github.com/sigsync/sigsync/internal/intake"
)

// feed is an answer on its way in. Rows are taken from it as they lie there; what
// is not plain is read through it by jsontext, no further than to the end of an
// object, so that what follows a row is still here. It refuses to deliver more
// than is left, of the row and of all.
type feed struct {
	in    *bufio.Reader
	whole *bounded
	left  int
}

// feedSize is how much is kept at a time: a listing is hundreds of megabytes, and
// each read goes down to the connection's deadline.
const feedSize = 64 << 10

func newFeed(body io.Reader) *feed {
	whole := &bounded{from: body, left: intake.ListingBytes}
	return &feed{in: bufio.NewReaderSize(whole, feedSize), whole: whole, left: intake.RowBytes}
}

// bounded is a reader of so many bytes.
type bounded struct {
	from io.Reader
	left int64
}

// Read passes on what it reads.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, intake.TooMuchError{What: "the answer", Of: "bytes", Most: intake.ListingBytes}
	}
	n, err := b.from.Read(p)
	b.left -= int64(n)
	return n, err
}

// Read passes on no more than to the end of an object.
func (f *feed) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return 0, intake.TooMuchError{What: "the answer", Of: "bytes without a row", Most: intake.RowBytes}
	}
	if _, err := f.in.Peek(1); err != nil {
		return 0, err //nolint:wrapcheck // io.EOF, or what the connection says
	}
	there, _ := f.in.Peek(f.in.Buffered())
	if end := bytes.IndexByte(there, '}'); end >= 0 {
		there = there[:end+1]
	}
	n, err := f.in.Read(p[:min(len(p), len(there), f.left)])
	f.left -= n
	return n, err //nolint:wrapcheck // as above
}

// more brings in more than is there, as far as there is room, and tells whether it did.
func (f *feed) more() bool {
	before := f.in.Buffered()
	_, err := f.in.Peek(min(before+1, feedSize))
	return err == nil && f.in.Buffered() > before
}

// there is what has come in and was not read; it is valid until then.
func (f *feed) there() []byte {
	there, _ := f.in.Peek(f.in.Buffered())
	return there
}

// pass leaves bytes out that were there.
func (f *feed) pass(n int) { _, _ = f.in.Discard(n) }
