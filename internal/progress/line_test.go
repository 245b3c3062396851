package progress_test

import (
	"testing"
	"unicode/utf8"

	"github.com/sigsync/sigsync/internal/progress"
)

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		do    func(m *progress.Meter, c *clock)
		want  string
	}{
		{"nothing", 80, func(*progress.Meter, *clock) {}, ""},
		{"before anything is known", 80, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Preflight, "")
			c.pass(3)
		}, "looking at repositories 3s"},
		{"between phases", 80, func(m *progress.Meter, _ *clock) { m.Begin(progress.Preflight, "")() }, ""},
		{"listing", 100, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Scan, "")
			c.pass(4)
			m.Listed(12400, 1, 3)
		}, "listing [==========>                   ] 1 of 3 repositories, 12,400 files, 3,100/s, 4s"},
		{"comparing", 80, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Plan, "dev-to-prod")
			c.pass(75)
		}, "dev-to-prod: comparing 1m15s"},
		{"copying that has just begun", 80, func(m *progress.Meter, _ *clock) {
			m.Begin(progress.Execute, "dev-to-prod")
			m.Dealt(0, 500)
		}, "dev-to-prod: copying [>                             ] 0 of 500 attachments, 0s"},
		{"copying", 100, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Execute, "dev-to-prod")
			c.pass(5)
			m.Dealt(120, 500)
		}, "dev-to-prod: copying [=======>                      ] 120 of 500 attachments, 24/s, 16s left"},
		{"copying slowly", 100, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Execute, "p")
			c.pass(10)
			m.Dealt(5, 1205)
		}, "p: copying [>                             ] 5 of 1,205 attachments, 0.5/s, 40m0s left"},
		{"looking what arrived", 100, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Execute, "p")
			c.pass(10)
			m.Dealt(5, 5)
			c.pass(2)
		}, "p: looking what arrived [==============================] 5 of 5 attachments, 0.4/s, 12s"},
		{"an audit deals with all at once", 80, func(m *progress.Meter, _ *clock) {
			m.Begin(progress.Plan, "p")
			m.Dealt(5, 5)
		}, "p: comparing 0s"},
		{"the next phase begins anew", 80, func(m *progress.Meter, c *clock) {
			m.Begin(progress.Scan, "")
			m.Listed(100, 1, 2)
			c.pass(9)
			m.Begin(progress.Execute, "p")
			m.Listed(200, 2, 2)
		}, "p: copying 0s"},
		{"another phase", 80, func(m *progress.Meter, _ *clock) { m.Begin("inspect", "") }, "inspect 0s"},
		{"a hostile name", 80, func(m *progress.Meter, _ *clock) { m.Begin(progress.Plan, "a\x1b[2J") }, "a?[2J: comparing 0s"},
	} {
		clock := newClock()
		m := progress.NewMeter(clock.now)
		c.do(m, clock)
		if got := m.Line(c.width); got != c.want {
			t.Errorf("%s: Line(%d) =\n%s, want\n%s", c.name, c.width, got, c.want)
		}
	}
}

// TestLineFits looks at every width of one line: a line that is broken cannot be
// taken back.
func TestLineFits(t *testing.T) {
	clock := newClock()
	m := progress.NewMeter(clock.now)
	m.Begin(progress.Execute, "dev-to-prod")
	clock.pass(5)
	m.Dealt(120, 500)
	for width := 1; width < 200; width++ {
		if line := m.Line(width); utf8.RuneCountInString(line) >= width {
			t.Errorf("Line(%d) = %q, want less than its width", width, line)
		}
	}
	for width, want := range map[int]string{
		70: "dev-to-prod: copying 120 of 500 attachments, 24/s, 16s left",
		55: "dev-to-prod: copying 120 of 500 attachments, 16s left",
		50: "dev-to-prod: copying 120 of 500 attachments",
		12: "dev-to-prod",
		1:  "",
		0:  "dev-to-prod: copying [====>            ] 120 of 500 attachments, 24/s, 16s left",
	} {
		if got := m.Line(width); got != want {
			t.Errorf("Line(%d) = %q, want %q", width, got, want)
		}
	}
}

func TestLineCountsWideLetters(t *testing.T) {
	m := progress.NewMeter(newClock().now)
	m.Begin(progress.Plan, "世界世界")
	if got, want := m.Line(8), "世界世"; got != want {
		t.Errorf("Line(8) = %q, want %q, which is six columns wide", got, want)
	}
}

func TestSpeedIsThatOfLate(t *testing.T) {
	clock := newClock()
	m := progress.NewMeter(clock.now)
	m.Begin(progress.Execute, "p")
	m.Dealt(0, 10000)
	for second := 1; second <= 10; second++ {
		clock.pass(1)
		m.Dealt(100*second, 10000)
	}
	if got, want := m.Line(200), "p: copying [===>                          ] 1,000 of 10,000 attachments, 100/s, 1m30s left"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
	for range 40 { // it slows down
		clock.pass(1)
		m.Dealt(1000, 10000)
	}
	m.Dealt(1015, 10000)
	if got, want := m.Line(200), "p: copying [===>                          ] 1,015 of 10,000 attachments, 0.5/s, 4h59m30s left"; got != want {
		t.Errorf("Line after it slowed down = %q, want %q", got, want)
	}
	clock.pass(40) // and stands still
	if got, want := m.Line(200), "p: copying [===>                          ] 1,015 of 10,000 attachments, 1m30s"; got != want {
		t.Errorf("Line after it stands still = %q, want %q", got, want)
	}
}
