package main

import (
	"bytes"
	"sync"
)

// watched collects what a program writes, and tells when it does.
type watched struct {
	news
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps what the program wrote.
func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.tell()
	return w.text.Write(p)
}

// String is all that was written so far.
func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}
