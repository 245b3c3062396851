package artifactory

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
)

// text reads a string. It is valid until the next text or value is read.
func (t *tokens) text() ([]byte, error) {
	if err := t.take('"'); err != nil {
		return nil, err
	}
	t.scratch = append(t.scratch[:0], '"')
	for ends := false; !ends; {
		part, err := t.in.ReadSlice('"')
		t.scratch = append(t.scratch, part...)
		switch {
		case len(t.scratch) > maxToken:
			return nil, errLong
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, unexpected(err)
		}
		ends = !isEscaped(t.scratch)
	}
	if inner := t.scratch[1 : len(t.scratch)-1]; isPlain(inner) {
		return inner, nil
	}
	var s string
	err := json.Unmarshal(t.scratch, &s)
	return []byte(s), err
}

var errLong = fmt.Errorf("a text or value of more than %d bytes", maxToken)

// isEscaped tells whether the last byte of s has a backslash that is not
// itself escaped.
func isEscaped(s []byte) bool {
	n := 0
	for i := len(s) - 2; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// isPlain tells whether the inside of a string stands for itself.
func isPlain(s []byte) bool {
	for _, c := range s {
		if c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

// value reads any value into a variable; nil only checks it.
func (t *tokens) value(into any) error {
	raw, err := t.raw()
	if err != nil {
		return err
	}
	if into == nil {
		into = &json.RawMessage{}
	}
	return json.Unmarshal(raw, into)
}

// scalar reads a string or any other single value; null is empty. It is valid
// until the next text or value is read.
func (t *tokens) scalar() ([]byte, error) {
	if c, err := t.next(); err == nil && c == '"' {
		return t.text()
	}
	raw, err := t.raw()
	switch {
	case err != nil:
		return nil, err
	case string(raw) == "null":
		return nil, nil
	case !json.Valid(raw):
		return nil, errors.New("a value that is not JSON")
	default:
		return raw, nil
	}
}

// raw reads the text of any value; whether it is JSON is left open. It is
// valid until the next text or value is read.
func (t *tokens) raw() ([]byte, error) {
	if _, err := t.next(); err != nil {
		return nil, unexpected(err)
	}
	t.scratch = t.scratch[:0]
	var b brackets
	for {
		c, err := t.in.ReadByte()
		switch {
		case err != nil:
			return nil, unexpected(err)
		case len(t.scratch) == maxToken:
			return nil, errLong
		case b == brackets{} && (isSpace(c) || c == ',' || c == '}' || c == ']'):
			return t.scratch, t.in.UnreadByte()
		}
		t.scratch = append(t.scratch, c)
		b.see(c)
		if b == (brackets{}) && (c == '"' || c == '}' || c == ']') {
			return t.scratch, nil
		}
	}
}
