package aql

import (
	"strconv"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// column is how a field is read from an item, compared and shown. It has a
// text or a number, or neither if the field is not comparable.
type column struct {
	name   string
	text   func(*tree.Item) string
	number func(*tree.Item) int64
	// parse reads the right-hand side of a comparison with the number.
	parse func(string) (int64, error)
	// show appends the value as JSON, or nothing for null.
	show func([]byte, *tree.Item) []byte
}

func (c column) comparable() bool { return c.text != nil || c.number != nil }

func text(name string, of func(*tree.Item) string) column {
	return column{name: name, text: of, show: func(b []byte, i *tree.Item) []byte {
		if s := of(i); s != "" {
			return appendString(b, s)
		}
		return b
	}}
}

func number(name string, parse func(string) (int64, error), of func(*tree.Item) int64) column {
	return column{name: name, number: of, parse: parse, show: func(b []byte, i *tree.Item) []byte {
		return strconv.AppendInt(b, of(i), 10)
	}}
}

func instant(name string, of func(*tree.Item) time.Time) column {
	return column{
		name:   name,
		number: func(i *tree.Item) int64 { return of(i).UnixMilli() },
		parse:  parseInstant,
		show: func(b []byte, i *tree.Item) []byte {
			return of(i).UTC().AppendFormat(b, `"2006-01-02T15:04:05.000Z"`)
		},
	}
}

func showType(b []byte, i *tree.Item) []byte {
	if i.Folder {
		return append(b, `"folder"`...)
	}
	return append(b, `"file"`...)
}
