package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = "../.."

// page is one Markdown file, its lines counted from 1.
type page struct {
	name  string // from the root of the module
	lines []string
}

// block is a fenced block of a page.
type block struct {
	page     string
	line     int // of the opening fence
	language string
	text     string
	marks    []string // comments right before it, in order
}

// pages are all Markdown files of the project: the pages for people.
func pages(t *testing.T) []page {
	t.Helper()
	var found []page
	for _, pattern := range []string{"*.md", "docs/*.md", "charts/*/*.md", "examples/*.md", "examples/*/*.md"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			found = append(found, load(t, name))
		}
	}
	if len(found) < 20 {
		t.Fatalf("found %d pages, want all of them", len(found))
	}
	return found
}

func load(t *testing.T, name string) page {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	short, err := filepath.Rel(root, name)
	if err != nil {
		t.Fatal(err)
	}
	return page{filepath.ToSlash(short), strings.Split(string(content), "\n")}
}

var (
	fence   = regexp.MustCompile("^( *)```+ *([a-z]*)")
	comment = regexp.MustCompile(`^ *<!-- (.*) -->$`)
)

// blocks are the fenced blocks of a page.
func (p page) blocks() []block {
	var found []block
	var open *block
	indent := ""
	var marks []string
	for n, line := range p.lines {
		switch m := fence.FindStringSubmatch(line); {
		case open != nil && m != nil && strings.TrimSpace(line) == "```":
			found, open, marks = append(found, *open), nil, nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case m != nil:
			open, indent = &block{page: p.name, line: n + 1, language: m[2], marks: marks}, m[1]
		case comment.MatchString(line):
			marks = append(marks, comment.FindStringSubmatch(line)[1])
		case line != "":
			marks = nil
		}
	}
	return found
}

// prose are the lines of a page outside of its blocks; those inside are empty.
func (p page) prose() []string {
	prose := slices.Clone(p.lines)
	inside := false
	for n, line := range p.lines {
		if fence.MatchString(line) {
			inside = !inside
			prose[n] = ""
		} else if inside {
			prose[n] = ""
		}
	}
	return prose
}

// mark is what a kind of mark says of a block.
func (b block) mark(kind string) (string, bool) {
	for _, m := range b.marks {
		if said, ok := strings.CutPrefix(m, kind+":"); ok {
			return strings.TrimSpace(said), true
		}
	}
	return "", false
}

func TestBlocks(t *testing.T) {
	p := page{name: "x.md", lines: strings.Split("# A\n\n<!-- not run: why -->\n```sh\necho '```sh'\n```\n\ntext\n\n- item\n\n  <!-- file: a.yaml -->\n"+
		"  ```yaml\n  a:\n    b: 1\n  ```\n<!-- lost: mark -->\nwords\n```\nplain\n```\n", "\n")}
	got := p.blocks()
	want := []block{
		{"x.md", 4, "sh", "echo '```sh'\n", []string{"not run: why"}},
		{"x.md", 13, "yaml", "a:\n  b: 1\n", []string{"file: a.yaml"}},
		{"x.md", 19, "", "plain\n", nil},
	}
	if len(got) != len(want) {
		t.Fatalf("blocks = %+v, want %d", got, len(want))
	}
	for n := range want {
		if got[n].line != want[n].line || got[n].language != want[n].language || got[n].text != want[n].text || !slices.Equal(got[n].marks, want[n].marks) {
			t.Errorf("block %d = %+v, want %+v", n, got[n], want[n])
		}
	}
}
