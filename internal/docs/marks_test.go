package docs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// orders is what the marks of a shell block say of it.
type orders struct {
	skipped    bool // not run
	needs      []string
	exits      []string
	background bool
	prepare    string
}

// tools of this machine, and those that make e2e builds. A clone is a copy of
// the repository to stand in.
func systemTools() []string { return []string{"curl", "jq", "openssl"} }
func builtTools() []string {
	return []string{"clone", "cosign", "cosign3", "crane", "helm", "notation", "oras"}
}

// read understands the marks of a shell block.
func (b block) read() (orders, error) {
	var o orders
	reason, skipped := b.mark("not run")
	if skipped && len(strings.Fields(reason)) < 2 {
		return o, fmt.Errorf("%s:%d: say why it is not run", b.page, b.line)
	}
	o.skipped = skipped
	o.prepare, _ = b.mark("prepare")
	said, _ := b.mark("run")
	for part := range strings.SplitSeq(said, ";") {
		words := strings.Fields(part)
		switch {
		case len(words) == 0:
		case words[0] == "needs" && subset(words[1:], slices.Concat(systemTools(), builtTools())):
			o.needs = words[1:]
		case words[0] == "exits" && len(words) > 1:
			o.exits = words[1:]
		case strings.Join(words, " ") == "in the background":
			o.background = true
		default:
			return o, fmt.Errorf("%s:%d: mark %q is none that doc.go has", b.page, b.line, strings.TrimSpace(part))
		}
	}
	if skipped && (said != "" || o.prepare != "") {
		return o, fmt.Errorf("%s:%d: it is marked as run and as not run", b.page, b.line)
	}
	return o, nil
}

func subset(words, of []string) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(of, w) })
}

// TestMarks reads the marks of all blocks: shell blocks have those of shell
// blocks, and no mark is misspelt.
func TestMarks(t *testing.T) {
	count := map[bool]int{}
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			for _, m := range b.marks {
				kind, _, _ := strings.Cut(m, ":")
				allowed := map[string][]string{"sh": {"run", "not run", "prepare"}, "yaml": {"file", "not a configuration"}, "json": {"file"}}[b.language]
				if !slices.Contains(allowed, kind) {
					t.Errorf("%s:%d: a block of %q cannot be marked as %q", b.page, b.line, b.language, m)
				}
			}
			if b.language != "sh" {
				continue
			}
			o, err := b.read()
			if err != nil {
				t.Error(err)
			}
			count[o.skipped]++
		}
	}
	t.Logf("%d blocks are run, %d are not", count[false], count[true])
	if count[false] < 25 {
		t.Errorf("%d blocks are run, want most of them", count[false])
	}
}

func TestMarksAreRefused(t *testing.T) {
	for mark, want := range map[string]bool{
		"not run: needs a cluster": true, "not run:": false, "not run: because": false, "run: needs jq; exits 3 1": true,
		"run: needs": false, "run: needs docker": false, "run: exits": false, "run: in the background": true, "run: later": false,
	} {
		b := block{page: "x.md", marks: []string{mark}}
		if _, err := b.read(); (err == nil) != want {
			t.Errorf("read(%s) = %v, want it taken: %v", mark, err, want)
		}
	}
	both := block{marks: []string{"not run: needs a cluster", "run: exits 3"}}
	if _, err := both.read(); err == nil {
		t.Error("read = nil of a block that is run and not run, want an error")
	}
}
