package progress_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/progress"
)

// readable spells out what steers a terminal.
func readable(text string) string {
	return strings.NewReplacer("\r\x1b[K", "<clear>", "\n", "<end>").Replace(text)
}

func TestScreenKeepsTheLineBelowTheLog(t *testing.T) {
	clock := newClock()
	var w bytes.Buffer
	m := progress.NewMeter(clock.now)
	s := progress.NewScreen(&w, m, func() int { return 60 })
	_, _ = fmt.Fprintln(s, "before")
	s.Show()
	end := m.Begin(progress.Preflight, "")
	_, _ = fmt.Fprintln(s, "meanwhile")
	clock.pass(1)
	s.Draw()
	s.Draw() // nothing else to show
	end()
	_, _ = fmt.Fprintln(s, "between")
	m.Begin(progress.Execute, "p")
	m.Dealt(0, 4)
	m.Dealt(1, 4) // waits for the next drawing
	s.Clear()
	_, _ = fmt.Fprintln(s, "after")
	m.Begin(progress.Plan, "p")
	s.Draw()
	want := "before<end>" +
		"<clear>looking at repositories 0s<clear>meanwhile<end>looking at repositories 0s" +
		"<clear>looking at repositories 1s<clear>between<end>" +
		"<clear>p: copying 0s<clear>p: copying [>                      ] 0 of 4 attachments, 0s" +
		"<clear>after<end>"
	if diff := cmp.Diff(want, readable(w.String())); diff != "" {
		t.Errorf("terminal (-want +got):\n%s", diff)
	}
}

func TestScreenShowsNothingUnasked(t *testing.T) {
	var w bytes.Buffer
	m := progress.NewMeter(newClock().now)
	s := progress.NewScreen(&w, m, func() int { return 0 })
	m.Begin(progress.Preflight, "")
	s.Draw()
	if w.Len() > 0 {
		t.Errorf("terminal = %q, want nothing", w.String())
	}
}

// TestScreenKeepsLogsWhole writes from many sides at once.
func TestScreenKeepsLogsWhole(t *testing.T) {
	var w bytes.Buffer
	m := progress.NewMeter(newClock().now)
	s := progress.NewScreen(&w, m, func() int { return 0 })
	s.Show()
	m.Begin(progress.Execute, "p")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 50 {
				_, _ = fmt.Fprintf(s, "log %d.%d\n", i, n)
				m.Dealt(n, 50)
				s.Draw()
			}
		})
	}
	all.Wait()
	s.Clear()
	for line := range strings.Lines(w.String()) {
		// Right of the last clearing, a row has a whole line of the log.
		row := line[strings.LastIndex(line, "\r\x1b[K")+1:]
		if !strings.HasSuffix(line, "\n") {
			continue
		}
		if text := strings.TrimPrefix(row, "\x1b[K"); !strings.HasPrefix(text, "log ") || strings.Contains(text, "copying") {
			t.Fatalf("terminal has the row %q, want a line of the log alone", text)
		}
	}
	if got := strings.Count(w.String(), "log "); got != 400 {
		t.Errorf("terminal has %d lines of the log, want 400", got)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestScreenTellsWhoWritesThatItIsGone(t *testing.T) {
	m := progress.NewMeter(newClock().now)
	s := progress.NewScreen(broken{}, m, func() int { return 0 })
	s.Show()
	m.Begin(progress.Preflight, "")
	if n, err := s.Write([]byte("log\n")); err == nil || n != 0 {
		t.Errorf("Write to a broken terminal = %d, %v, want an error", n, err)
	}
}
