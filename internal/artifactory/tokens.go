package artifactory

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxToken is the longest text or value of a listing in bytes. No path is as
// long; keeping more would break the promise to keep little.
const maxToken = 64 << 10

// tokens reads JSON piece by piece and each byte once, where encoding/json
// reads every row of a listing three times over.
type tokens struct {
	in *bufio.Reader
	// scratch holds the text or value that was read last.
	scratch []byte
}

func newTokens(in io.Reader) *tokens { return &tokens{in: bufio.NewReaderSize(in, 32<<10)} }

// skip takes the next byte that is not white space.
func (t *tokens) skip() (byte, error) {
	for {
		c, err := t.in.ReadByte()
		if err != nil || !isSpace(c) {
			return c, err
		}
	}
}

// next returns the next byte that is not white space, without taking it.
func (t *tokens) next() (byte, error) {
	c, err := t.skip()
	if err != nil {
		return 0, err
	}
	return c, t.in.UnreadByte()
}

// take takes the next byte, which must be that one.
func (t *tokens) take(want byte) error {
	c, err := t.skip()
	if err != nil {
		return unexpected(err)
	}
	if c != want {
		return fmt.Errorf("%q where %q belongs", c, want)
	}
	return nil
}

// end makes sure that nothing follows.
func (t *tokens) end() error {
	c, err := t.next()
	switch {
	case err == io.EOF: //nolint:errorlint // a reader's end is io.EOF itself, a wrapped one is a failure
		return nil
	case err != nil:
		return err
	default:
		return fmt.Errorf("%q after the end", c)
	}
}

// object calls member with each key of an object, to read the value. The key
// is valid until then.
func (t *tokens) object(member func(key []byte) error) error {
	return t.sequence('{', '}', func() error {
		key, err := t.text()
		if err != nil {
			return err
		}
		if err := t.take(':'); err != nil {
			return err
		}
		return member(key)
	})
}

// array calls element to read each element of an array.
func (t *tokens) array(element func() error) error { return t.sequence('[', ']', element) }

func (t *tokens) sequence(opening, closing byte, element func() error) error {
	if err := t.take(opening); err != nil {
		return err
	}
	for first := true; ; first = false {
		c, err := t.next()
		if err != nil {
			return unexpected(err)
		}
		if c == closing {
			return t.take(closing)
		}
		if !first {
			if err := t.take(','); err != nil {
				return err
			}
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// unexpected is the end of the stream where there should be more.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
