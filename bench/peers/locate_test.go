package main

import (
	"strings"
	"testing"
	"time"
)

func TestProgramsAreLocated(t *testing.T) {
	binary, version, err := peer{program: "tail", installed: true}.locate(t.Context(), "")
	if err != nil || !strings.HasSuffix(binary, "/tail") || version == "" || strings.Contains(version, "\n") {
		t.Errorf("locate of one of the system's = %s, %q, %v", binary, version, err)
	}
	for _, p := range []peer{{program: "no-such-program", installed: true}, {program: "tail"}} {
		if _, _, err := p.locate(t.Context(), t.TempDir()); err == nil {
			t.Errorf("locate(%s) = nil, want an error", p.program)
		}
	}
}

// What was run is not run again, and what took long is not repeated.
func TestEnough(t *testing.T) {
	quick, slow := sample("crane", 0), sample("oras", 0)
	slow.Wall = time.Hour
	quick.Machine, slow.Machine = thisMachine(), thisMachine()
	b := &bench{options: options{long: time.Minute}, records: []record{quick, slow}}
	for _, c := range []struct {
		name   string
		repeat int
		want   bool
	}{{"crane", 0, true}, {"crane", 1, false}, {"oras", 1, true}, {"sigsync", 0, false}} {
		p := contestant{peer: peer{name: c.name}, version: c.name + " 1.2.3"}
		if got := b.enough(quick.Cell, p, c.repeat); got != c.want {
			t.Errorf("enough(%s, %d) = %v", c.name, c.repeat, got)
		}
	}
	if b.enough(cell{Size: 1}, contestant{peer: peer{name: "crane"}, version: "crane 1.2.3"}, 0) {
		t.Error("enough = true of a cell that was never run")
	}
	if b.enough(quick.Cell, contestant{peer: peer{name: "crane"}, version: "crane 1.2.4"}, 0) {
		t.Error("enough = true of a version that was never run")
	}
}
