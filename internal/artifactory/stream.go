package artifactory

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// stream reads JSON value by value. It stands on jsontext, the tokenizer that
// became part of the standard library with Go 1.27: encoding/json reads each
// row three times and makes garbage of it.
type stream struct {
	in   *jsontext.Decoder
	feed *feed
	// scratch holds the last text that had escapes.
	scratch []byte
}

func newStream(body io.Reader) *stream {
	f := newFeed(body)
	return &stream{in: jsontext.NewDecoder(f), feed: f}
}

// object calls member with each key of an object, quoted, to read the value.
// The key is valid until then.
func (s *stream) object(member func(key []byte) error) error {
	return s.sequence('{', func() error {
		key, err := s.in.ReadValue()
		if err != nil {
			return err
		}
		if key, err = name(key); err != nil {
			return err
		}
		return member(key)
	})
}

// name is a key as it is written without needless escapes.
func name(key jsontext.Value) (jsontext.Value, error) {
	if bytes.IndexByte(key, '\\') < 0 {
		return key, nil
	}
	text, err := jsontext.AppendUnquote(nil, key)
	if err != nil {
		return nil, err
	}
	return jsontext.AppendQuote(nil, text)
}

func (s *stream) sequence(opening jsontext.Kind, element func() error) error {
	token, err := s.in.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != opening {
		return fmt.Errorf("%v where %v belongs", token.Kind(), opening)
	}
	for kind := s.in.PeekKind(); kind != '}' && kind != ']'; kind = s.in.PeekKind() {
		if err := element(); err != nil {
			return err
		}
	}
	_, err = s.in.ReadToken()
	return err
}

// scalar is the text of a string, a number or null, which is empty. It is valid
// until the next one is asked for, or read.
func (s *stream) scalar(value jsontext.Value) ([]byte, error) {
	switch value.Kind() {
	case '"':
		if text := value[1 : len(value)-1]; bytes.IndexByte(text, '\\') < 0 {
			return text, nil
		}
		var err error
		s.scratch, err = jsontext.AppendUnquote(s.scratch[:0], value)
		return s.scratch, err
	case '0':
		return value, nil
	case 'n':
		return nil, nil
	default:
		return nil, fmt.Errorf("%v where a text or a number belongs", value.Kind())
	}
}

// end makes sure that nothing follows.
func (s *stream) end() error {
	switch _, err := s.in.ReadToken(); {
	case err == nil:
		return errors.New("something after the end")
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	default:
		return err
	}
}
