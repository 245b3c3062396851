package docs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/config"
)

// TestConfigurationsLoad has every block of YAML be a configuration of sigsync
// or a part of one, unless it is marked as something else.
func TestConfigurationsLoad(t *testing.T) {
	loaded := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language != "yaml" {
				continue
			}
			said, other := b.mark("not a configuration")
			if err := checkYAML(b.text, other); err != nil {
				t.Errorf("%s:%d: %v", b.page, b.line, err)
			}
			if other && said == "" {
				t.Errorf("%s:%d: say what else it is", b.page, b.line)
			}
			if !other {
				loaded++
			}
		}
	}
	if loaded < 10 {
		t.Errorf("%d configurations loaded, want those of all pages", loaded)
	}
}

func checkYAML(text string, other bool) error {
	var top map[string]any
	if err := yaml.Unmarshal([]byte(text), &top); err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	if other {
		return nil
	}
	_, err := config.Parse("block", []byte(completed(text, top)), func(string) (string, bool) { return "https://value.example.com", true })
	return err
}

// completed adds what a part of a configuration is short of.
func completed(text string, top map[string]any) string {
	for key, more := range map[string]string{
		"version": "version: 1\n",
		"servers": "servers: {main: {url: https://acme.jfrog.io/artifactory}}\n",
		"pairs":   "pairs: [{source: {repository: docker-dev-local}, target: {repository: docker-prod-local}}]\n",
	} {
		if _, there := top[key]; !there {
			text = strings.TrimSuffix(text, "\n") + "\n" + more
		}
	}
	return text
}

func TestJSONParses(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language == "json" && !json.Valid([]byte(b.text)) {
				t.Errorf("%s:%d: not JSON", b.page, b.line)
			}
		}
	}
}

func TestCheckYAML(t *testing.T) {
	for text, want := range map[string]bool{
		"limits: {max_copies: 5}\n": true,
		"limits: {max_copy: 5}\n":   false,
		"receivers: {}\n":           false,
		"version: 1\nservers: {a: {url: https://a.example.com}}\n": true,
		"version: 2\n": false,
		"a: [\n":       false,
	} {
		if err := checkYAML(text, false); (err == nil) != want {
			t.Errorf("checkYAML(%q) = %v, want it taken: %v", text, err, want)
		}
	}
	if err := checkYAML("receivers: {}\n", true); err != nil {
		t.Errorf("checkYAML of another program's = %v, want nil", err)
	}
}
