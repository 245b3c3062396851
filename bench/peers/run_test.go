package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// measured runs the program with sigsync alone on a tiny estate, and returns what
// it recorded, and what it said.
func measured(t *testing.T, out string, flags ...string) ([]record, string) {
	t.Helper()
	var said strings.Builder
	args := append([]string{"--out", out, "--sizes", "6", "--missing", "100", "--latency", "2ms", "--repeat", "1"}, flags...)
	if err := run(t.Context(), args, &said); err != nil {
		t.Fatalf("run(%q) = %v", args, err)
	}
	records, err := load(filepath.Join(out, "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return records, said.String()
}

func TestSigsyncIsMeasured(t *testing.T) {
	out := t.TempDir()
	records, said := measured(t, out, "--peers", "sigsync,crane", "--tools", t.TempDir())
	if !strings.Contains(said, "crane is not to be had") {
		t.Errorf("run says %q, want that there is no crane", said)
	}
	if len(records) != 2 {
		t.Fatalf("run recorded %d runs, want that of the traps and one more", len(records))
	}
	for _, r := range records {
		if v := r.Verdict; v.Copied != v.Wanted || v.Wanted < 6 || v.Missed.Count+v.Overwrote.Count+v.OverCopied.Count > 0 {
			t.Errorf("verdict on sigsync in %s = %+v, want all copied and nothing wrong", r.Cell, v)
		}
		if r.Failed != 0 || r.Cut || r.CPU == 0 || r.Memory < 1<<20 || r.Floor == 0 || r.Server.BytesOut == 0 || r.Server.Connections == 0 {
			t.Errorf("record in %s = %+v, want it whole", r.Cell, r)
		}
	}
	if got := records[1].Server; got.Requests != 3*6+8 || got.Operations["copy"] != 3*6 {
		t.Errorf("requests for 6 signatures = %d, %v, want 26, a copy for each of three files", got.Requests, got.Operations)
	}

	if got := records[1].Server; got.Copies != 3*6 || got.Copying < 3*records[1].Cell.Latency {
		t.Errorf("%d copies in %s, want those of three files, one after the other, at a latency of %s", got.Copies, got.Copying, records[1].Cell.Latency)
	}
	if got := records[1].Server.Connections; got > 6+2 {
		t.Errorf("%d connections, want no more than copies at a time and what listings need", got)
	}
	if r := records[1]; r.Bare < r.Cell.Latency || records[0].Bare != 0 {
		t.Errorf("a request takes a bare client %s at a latency of %s, want more", r.Bare, r.Cell.Latency)
	}

	again, _ := measured(t, out, "--peers", "sigsync")
	if len(again) != len(records) {
		t.Errorf("a second run has %d records, want none made again", len(again))
	}
	page, err := os.ReadFile(filepath.Join(out, "peers.md"))
	if err != nil || !strings.Contains(string(page), "| sigsync sync | ") {
		t.Errorf("page = %s, %v, want sigsync in it", page, err)
	}
}

func TestDocumentationIsRenewed(t *testing.T) {
	out, docs := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(docs, "images"), 0o700); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(docs, "performance.md")
	if err := os.WriteFile(page, []byte("before\n"+beginMark+"\nold\n"+endMark+"\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sent := sample("crane", 0) // of another emulator than the page is about
	sent.Cell.Mount = false
	for _, r := range []record{sample("sigsync", 0), sent} {
		if err := save(filepath.Join(out, "runs.jsonl"), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(t.Context(), []string{"--render", "--out", out, "--docs", docs}, os.Stderr); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(got); !strings.HasPrefix(s, "before\n"+beginMark+"\n`make") || !strings.HasSuffix(s, endMark+"\nafter\n") || strings.Contains(s, "old") || strings.Contains(s, "| crane") {
		t.Errorf("page = %s, want what is between the marks renewed", s)
	}
	for _, name := range []string{"images/peers.svg", "peers.csv"} {
		if _, err := os.Stat(filepath.Join(docs, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := between("no marks", "x"); err == nil {
		t.Error("between = nil of a page without marks, want an error")
	}
}

func TestOptionsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"--peers", "nobody"}, {"--sizes", "many"}, {"--sizes", "0"}, {"--sizes", "505"}, {"--missing", "101"}, {"--latency", "20"}, {"--render", "--out", t.TempDir()}} {
		if err := run(t.Context(), args, new(strings.Builder)); err == nil {
			t.Errorf("run(%q) = nil, want an error", args)
		}
	}
}

// All peers have one order in a repetition, and another in the next.
func TestEachRepetitionHasAnOrderOfItsOwn(t *testing.T) {
	var items []promotion
	for n := range 50 {
		items = append(items, promotion{item{"app", strconv.Itoa(n)}, n < 5})
	}
	order := func(repeat int) []item {
		d, err := newDesk(t.TempDir(), "", "", items, repeat)
		if err != nil {
			t.Fatal(err)
		}
		return d.items
	}
	if first := order(0); !slices.Equal(first, order(0)) || slices.Equal(first, order(1)) {
		t.Error("the order is not that of the repetition")
	}
	for repeat := range 3 {
		for begin, all := 0, order(repeat); begin < len(all); begin += least {
			if lacking := slices.DeleteFunc(slices.Clone(all[begin:begin+least]), func(i item) bool { return len(i.Tag) > 1 || i.Tag > "4" }); len(lacking) != 1 {
				t.Errorf("of ten images %v lack a signature, want one as in all", lacking)
			}
		}
	}
	for _, lacks := range []bool{true, false} {
		if got := spread([]promotion{{item{"app", "1"}, lacks}, {item{"app", "2"}, lacks}}, 0); len(got) != 2 || got[0] == got[1] {
			t.Errorf("spread = %v, want both", got)
		}
	}
}

// A loop goes on for its limit, but does ten images at least.
func TestLoopsEndAtTheirLimit(t *testing.T) {
	d := &desk{}
	for n := range 11 {
		d.items = append(d.items, item{"a", strconv.Itoa(n)})
	}
	var got []item
	o, err := d.loop(t.Context(), func(_ context.Context, i item) error {
		got = append(got, i)
		return nil
	})
	if err != nil || !o.Cut || o.Done != 10 || o.Items != 11 || !slices.Equal(o.reached, got) || len(got) != 10 {
		t.Errorf("loop = %+v, %v after %v, want ten of eleven", o, err, got)
	}
}

// A command that does all is ended at its limit, and that is no failure.
func TestCommandsEndAtTheirLimit(t *testing.T) {
	d := &desk{dir: t.TempDir(), binary: "tail", items: []item{{"a", "1"}}}
	o, err := d.all(t.Context(), 1, "-f", "/dev/null")
	if err != nil || !o.Cut || o.Done != 0 || d.Failed != 0 {
		t.Errorf("all = %+v, %v with %d failed, want it cut", o, err, d.Failed)
	}
	d = &desk{dir: t.TempDir(), binary: "ls", items: []item{{"a", "1"}}}
	o, err = d.all(t.Context(), 0, "nowhere")
	if err != nil || o.Cut || d.Failed != 1 || d.Complaint == "" {
		t.Errorf("all = %+v, %v with %d failed, %q, want a failure", o, err, d.Failed, d.Complaint)
	}
}

// The limit is of regsync with digestTags alone.
func TestWhoIsNeverEnded(t *testing.T) {
	for _, p := range allPeers()[:3] {
		d := &desk{dir: t.TempDir(), binary: "true", items: []item{{"a", "1"}}, whole: 1}
		o, err := p.run(t.Context(), d)
		if want := p.name == "regsync-digesttags"; err != nil || o.Cut != want {
			t.Errorf("%s with a limit of a nanosecond = %+v, %v, want ended: %t", p.name, o, err, want)
		}
	}
}
