package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/sigsync/sigsync/internal/printable"
)

// statusLine keeps one line about progress below what else is written to a
// terminal.
type statusLine struct {
	w    io.Writer
	mu   sync.Mutex
	text string
}

const clearLine = "\r\x1b[K"

// Write puts p above the line.
func (s *statusLine) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text == "" {
		return s.w.Write(p)
	}
	if _, err := io.WriteString(s.w, clearLine); err != nil {
		return 0, err
	}
	n, err := s.w.Write(p)
	if err == nil {
		_, err = io.WriteString(s.w, s.text)
	}
	return n, err
}

// show replaces the line; when everything is done, there is none.
func (s *statusLine) show(pair string, done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = fmt.Sprintf("%s: %d of %d attachments", printable.Line(pair), done, total)
	if done >= total {
		s.text = ""
	}
	_, _ = io.WriteString(s.w, clearLine+s.text)
}
