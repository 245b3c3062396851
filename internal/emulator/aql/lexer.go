package aql

import "strings"

// lexer reads the text of a query piece by piece. Spaces between pieces mean nothing.
type lexer struct {
	text string
	at   int // offset of the first byte that is not read yet
}

// token is a piece of the text and the offset of its first byte.
type token struct {
	text string
	at   int
}

// next is the empty token before whatever comes next.
func (l *lexer) next() token {
	for l.at < len(l.text) && strings.IndexByte(" \t\r\n", l.text[l.at]) >= 0 {
		l.at++
	}
	return token{at: l.at}
}

// accept reads the character c, if that comes next.
func (l *lexer) accept(c byte) bool {
	l.next()
	if l.at == len(l.text) || l.text[l.at] != c {
		return false
	}
	l.at++
	return true
}

func (l *lexer) expect(c byte) error {
	if !l.accept(c) {
		return l.reject(l.next())
	}
	return nil
}

// bare reads a run of the characters that belong says yes to; it may be empty.
func (l *lexer) bare(belongs func(byte) bool) token {
	t := l.next()
	for l.at < len(l.text) && belongs(l.text[l.at]) {
		l.at++
	}
	t.text = l.text[t.at:l.at]
	return t
}

func (l *lexer) keyword(word string) error {
	if t := l.bare(letter); t.text != word {
		return l.reject(t)
	}
	return nil
}

// quoted reads a string. The language has no escapes, so it ends at the next quote.
func (l *lexer) quoted() (token, error) {
	if err := l.expect('"'); err != nil {
		return token{}, err
	}
	t := token{at: l.at}
	length := strings.IndexByte(l.text[l.at:], '"')
	if length < 0 {
		return t, l.reject(t)
	}
	t.text = l.text[t.at : t.at+length]
	l.at += length + 1
	return t, nil
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func digit(c byte) bool { return '0' <= c && c <= '9' }
