package progress

import (
	"io"
	"sync"
)

// Screen is a terminal with a line about a run below everything that is written
// to it. It has no colours.
type Screen struct {
	w     io.Writer
	meter *Meter
	width func() int

	mu    sync.Mutex
	on    bool
	shown string
}

// NewScreen returns a screen on w that shows nothing yet. It asks width for the
// columns of the terminal each time that it draws, 0 for one that does not tell.
func NewScreen(w io.Writer, m *Meter, width func() int) *Screen {
	return &Screen{w: w, meter: m, width: width}
}

const clearLine = "\r\x1b[K"

// Write puts p, which is whole lines, above the line.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown == "" {
		return s.w.Write(p)
	}
	// In one piece, so that a terminal has no time to flicker.
	text := append(append([]byte(clearLine), p...), s.shown...)
	if _, err := s.w.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Show begins to show the line, and whenever it is something else.
func (s *Screen) Show() {
	s.mu.Lock()
	s.on = true
	s.mu.Unlock()
	s.meter.changed = s.Draw
	s.Draw()
}

// Draw shows what has come of the run meanwhile.
func (s *Screen) Draw() {
	line := s.meter.Line(s.width())
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.on {
		s.replace(line)
	}
}

// Clear takes the line away for good.
func (s *Screen) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = false
	s.replace("")
}

// replace says nothing of a terminal that is gone: whoever writes next does.
func (s *Screen) replace(line string) {
	if line != s.shown {
		_, _ = io.WriteString(s.w, clearLine+line)
		s.shown = line
	}
}
