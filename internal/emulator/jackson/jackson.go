// Package jackson prints JSON the way Artifactory does, which is the layout of
// Java's Jackson library: two spaces, " : " after a key, arrays on one line.
package jackson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Marshal returns the pretty-printed JSON of v, without a line end. Its errors
// are those of encoding/json.
func Marshal(v any) ([]byte, error) {
	var compact bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	p := printer{in: bytes.TrimSpace(compact.Bytes())}
	for p.at < len(p.in) {
		p.step()
	}
	return p.out.Bytes(), nil
}

// printer lays out compact JSON again, one token at a step.
type printer struct {
	in  []byte
	at  int
	out bytes.Buffer
	// open holds the opening brackets around the current place. Only braces
	// indent.
	open []byte
}

func (p *printer) step() {
	b := p.in[p.at]
	p.at++
	switch b {
	case '"':
		p.text()
	case ':':
		p.out.WriteString(" : ")
	case ',':
		p.out.WriteByte(b)
		p.separate()
	case '{', '[':
		p.enter(b)
	case '}', ']':
		p.leave(b)
	default:
		p.out.WriteByte(b)
	}
}

// text copies a string, whose first quote has been read.
func (p *printer) text() {
	start := p.at - 1
	for p.in[p.at] != '"' {
		if p.in[p.at] == '\\' {
			p.at++
		}
		p.at++
	}
	p.at++
	p.out.Write(p.in[start:p.at])
}

func (p *printer) enter(bracket byte) {
	p.out.WriteByte(bracket)
	if next := p.in[p.at]; next == '}' || next == ']' {
		p.out.WriteByte(' ')
		p.out.WriteByte(next)
		p.at++
		return
	}
	p.open = append(p.open, bracket)
	p.separate()
}

func (p *printer) leave(bracket byte) {
	last := len(p.open) - 1
	inObject := p.open[last] == '{'
	p.open = p.open[:last]
	if inObject {
		p.newline()
	} else {
		p.out.WriteByte(' ')
	}
	p.out.WriteByte(bracket)
}

// separate goes to where the next member of the innermost container stands.
func (p *printer) separate() {
	if p.open[len(p.open)-1] == '{' {
		p.newline()
		return
	}
	p.out.WriteByte(' ')
}

func (p *printer) newline() {
	p.out.WriteByte('\n')
	p.out.WriteString(strings.Repeat("  ", bytes.Count(p.open, []byte{'{'})))
}
