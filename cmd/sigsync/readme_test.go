package main

import (
	"os"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/config"
)

func TestTheReadmesConfigurationLoads(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	block, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("README.md has no configuration")
	}
	c, err := config.Parse("README.md", []byte(block), func(string) (string, bool) { return "token", true })
	if err != nil {
		t.Fatalf("Parse = %v", err)
	}
	if len(c.Pairs) != 1 {
		t.Errorf("pairs = %d, want 1", len(c.Pairs))
	}
}
