package aql

import (
	"fmt"
	"io"
	"strconv"
)

const chunk = 32 << 10 // bytes gathered for one write

// WriteTo streams the answer byte for byte as the server does: every row
// pretty-printed on its own, the frame around them not. It returns the number
// of bytes written; the error is the writer's.
func (r *Result) WriteTo(w io.Writer) (int64, error) {
	var written int64
	b := append(make([]byte, 0, 2*chunk), "\n{\n\"results\" : [ "...)
	var failed error
	flush := func() {
		if failed == nil {
			var n int
			n, failed = w.Write(b)
			written += int64(n)
		}
		b = b[:0]
	}
	rows := 0
	r.each(func(found *row) {
		if rows > 0 {
			b = append(b, ',')
		}
		rows++
		b = r.appendRow(b, found)
		if len(b) >= chunk {
			flush()
		}
	})
	b = append(b, " ],\n\"range\" : "...)
	b = r.appendRange(b, rows)
	b = append(b, "\n}\n"...)
	flush()
	if failed != nil {
		return written, fmt.Errorf("write AQL result: %w", failed)
	}
	return written, nil
}

// appendRow leaves out fields that are null.
func (r *Result) appendRow(b []byte, row *row) []byte {
	o := object{bytes: b}
	o.open()
	for f := range fieldCount {
		show := columns[f].show
		switch {
		case !r.fields.has(f):
		case f == fieldProperties && len(row.properties) > 0:
			o.member(columns[f].name)
			o.bytes = appendProperties(o.bytes, row.properties)
		case show != nil:
			before := o
			o.member(columns[f].name)
			start := len(o.bytes)
			if o.bytes = show(o.bytes, row.item); len(o.bytes) == start {
				o.members, o.bytes = before.members, o.bytes[:len(before.bytes)]
			}
		}
	}
	o.shut()
	return o.bytes
}

func appendProperties(b []byte, properties []property) []byte {
	b = append(b, "[ "...)
	for i, p := range properties {
		if i > 0 {
			b = append(b, ", "...)
		}
		o := object{bytes: b, indent: "  "}
		o.open()
		for _, half := range [...]property{{"key", p.key}, {"value", p.value}} {
			if half.value != "" {
				o.member(half.key)
				o.bytes = appendString(o.bytes, half.value)
			}
		}
		o.shut()
		b = o.bytes
	}
	return append(b, " ]"...)
}

func (r *Result) appendRange(b []byte, rows int) []byte {
	o := object{bytes: b}
	o.open()
	o.number("start_pos", r.offset)
	o.number("end_pos", rows)
	o.number("total", rows)
	if r.limit != noLimit {
		o.number("limit", r.limit)
	}
	if r.trimmed {
		o.member("notification")
		o.bytes = appendString(o.bytes, "AQL query reached the search hard limit, results are trimmed.")
	}
	o.shut()
	return o.bytes
}

func (o *object) number(name string, value int) {
	o.member(name)
	o.bytes = strconv.AppendInt(o.bytes, int64(value), 10)
}
