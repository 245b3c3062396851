package main

import (
	"os"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
)

func TestTheDocumentedConfigurationsWork(t *testing.T) {
	page, err := os.ReadFile("../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	if len(blocks) != 4 {
		t.Fatalf("docs/emulator.md has %d configurations, want 4", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		o, err := parse(strings.NewReader(text))
		if err != nil {
			t.Fatalf("parse(%s) = %v", text, err)
		}
		server, err := emulator.New(o)
		if err != nil {
			t.Fatalf("New(%s) = %v", text, err)
		}
		server.Close()
	}
}
