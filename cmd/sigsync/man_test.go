package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

const manFolder = "../../docs/man"

// TestManPagesAreUpToDate compares docs/man with what the commands say, or writes
// it anew when the environment has UPDATE_GOLDEN, as make man does. What makes
// the pages is a dependency of this test only, and not in the program.
func TestManPagesAreUpToDate(t *testing.T) {
	want := manPages(t)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		replacePages(t, want)
	}
	got := map[string]string{}
	files, err := filepath.Glob(filepath.Join(manFolder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(file)] = string(content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/man is not what the commands say; make man writes it anew (-want +got):\n%s", diff)
	}
}

// manPages are the pages of all commands, by their files' names.
func manPages(t *testing.T) map[string]string {
	t.Helper()
	root := newRoot(environment{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), lookup: nothing}, &profiles{})
	root.InitDefaultCompletionCmd()
	root.DisableAutoGenTag = true
	pages := map[string]string{}
	var describe func(c *cobra.Command)
	describe = func(c *cobra.Command) {
		if !c.IsAvailableCommand() && c != root {
			return
		}
		var page bytes.Buffer
		// A page is to change when its command does, so it has no date.
		header := doc.GenManHeader{Section: "1", Date: &time.Time{}, Source: "sigsync", Manual: "sigsync"}
		if err := doc.GenMan(c, &header, &page); err != nil {
			t.Fatal(err)
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		pages[name] = strings.Replace(page.String(), `"Jan 0001"`, `""`, 1)
		for _, below := range c.Commands() {
			describe(below)
		}
	}
	describe(root)
	return pages
}

func nothing(string) (string, bool) { return "", false }

// replacePages writes the pages, and removes those of commands that are gone.
func replacePages(t *testing.T, pages map[string]string) {
	t.Helper()
	if err := os.RemoveAll(manFolder); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(manFolder, fs.ModePerm); err != nil {
		t.Fatal(err)
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(manFolder, name), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
