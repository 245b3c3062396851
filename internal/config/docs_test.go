package config_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// setting is a piece of a configuration in the documentation.
type setting struct {
	page string
	keys map[string]yaml.Node
}

// settings are all pieces of configurations that the pages have: the blocks of
// YAML whose keys are all keys of a configuration.
func settings(t *testing.T) []setting {
	t.Helper()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	known := []string{
		"version", "servers", "pairs", "concurrency", "retry", "fail_on", "schedule", "log", "limits", "run_timeout", "cache", "serve", "metrics", "notify",
	}
	var found []setting
	for _, page := range append(pages, "../../README.md") {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(content), "```yaml\n")[1:] {
			block, _, _ := strings.Cut(part, "```")
			keys := map[string]yaml.Node{}
			if yaml.Unmarshal([]byte(block), &keys) != nil {
				continue // the page of something else, with templates
			}
			ours := len(keys) > 0
			for key := range keys {
				ours = ours && slices.Contains(known, key)
			}
			if ours {
				found = append(found, setting{page, keys})
			}
		}
	}
	return append(found, ofTheChart(t))
}

// ofTheChart is the configuration among the chart's values.
func ofTheChart(t *testing.T) setting {
	t.Helper()
	const file = "../../charts/sigsync/values.yaml"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var values struct{ Config map[string]yaml.Node }
	if err := yaml.Unmarshal(content, &values); err != nil || len(values.Config) == 0 {
		t.Fatalf("%s has the configuration %v, %v, want one", file, values.Config, err)
	}
	return setting{file, values.Config}
}

// TestTheSchemaAcceptsThePages completes each piece to a configuration: what the
// pages show is not to be marked as a mistake in an editor. That the program takes
// it is tested with the pages.
func TestTheSchemaAcceptsThePages(t *testing.T) {
	const rest = `version: 1
servers: {main: {url: "https://acme.test/artifactory", auth: {token: t}}}
pairs: [{source: {server: main, repository: dev}, target: {server: main, repository: prod}}]
`
	all := settings(t)
	if len(all) < 5 {
		t.Fatalf("%d pieces of configurations were found, want more", len(all))
	}
	for _, s := range all {
		whole := map[string]yaml.Node{}
		if err := yaml.Unmarshal([]byte(rest), &whole); err != nil {
			t.Fatal(err)
		}
		maps.Copy(whole, s.keys)
		file, err := yaml.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if problem := schemaProblem(t, string(file)); problem != "" {
			t.Errorf("%s: schema refuses\n%s%s", s.page, file, problem)
		}
	}
	t.Logf("%d pieces of configurations", len(all))
}
