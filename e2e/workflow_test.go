//go:build e2e

package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// Workflows put nothing from outside into their commands, where it would be run. Where commands have pipes, bash is named:
// left to GitHub it passes over what fails before the last part.
func TestWorkflowsRunWhatTheySay(t *testing.T) {
	names, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatalf("Glob = %q, %v, want workflows", names, err)
	}
	for _, name := range append(names, "../examples/pipelines/github.yml") {
		for _, wrong := range wrongCommands(t, readFile(t, name)) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

func TestWrongCommands(t *testing.T) {
	const named = "defaults: {run: {shell: bash}}\n"
	for text, want := range map[string]int{
		"jobs: {a: {steps: [{run: make}]}}":                      0,
		"jobs: {a: {steps: [{run: make | tee log}]}}":            1,
		named + "jobs: {a: {steps: [{run: make | tee log}]}}":    0,
		named + "jobs: {a: {steps: [{run: 'make ${{ x }}'}]}}":   1,
		"jobs: {a: {steps: [{run: 'make ${{ x }} | tee log'}]}}": 2,
	} {
		if got := wrongCommands(t, []byte(text)); len(got) != want {
			t.Errorf("wrongCommands(%s) = %q, want %d", text, got, want)
		}
	}
}

func wrongCommands(t *testing.T, content []byte) []string {
	t.Helper()
	var workflow struct {
		Defaults struct{ Run struct{ Shell string } }
		Jobs     map[string]struct{ Steps []struct{ Run string } }
	}
	if err := yaml.Unmarshal(content, &workflow); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	for _, job := range workflow.Jobs {
		for _, s := range job.Steps {
			if strings.Contains(s.Run, "${{") {
				wrong = append(wrong, "an expression in a command: "+s.Run)
			}
			if strings.Contains(strings.ReplaceAll(s.Run, "||", ""), "|") && workflow.Defaults.Run.Shell != "bash" {
				wrong = append(wrong, "a pipe, and bash is not named: "+s.Run)
			}
		}
	}
	return wrong
}
