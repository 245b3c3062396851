package main

import (
	"os"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
)

func TestTheDocumentedConfigurationWorks(t *testing.T) {
	page, err := os.ReadFile("../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	block, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("docs/emulator.md has no configuration")
	}
	o, err := parse(strings.NewReader(block))
	if err != nil {
		t.Fatalf("parse = %v", err)
	}
	if _, err := emulator.New(o); err != nil {
		t.Errorf("New = %v", err)
	}
}
