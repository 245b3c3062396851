package config_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/config"
)

const schemaFile = "../../docs/sigsync.schema.json"

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	written, err := config.Schema()
	if err != nil {
		return nil, err
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("schema.json", read); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

// schemaProblem is what an editor would say about a file, or "" where the schema
// accepts it.
func schemaProblem(t *testing.T, file string) string {
	t.Helper()
	schema, err := compiled()
	if err != nil {
		t.Fatalf("compile schema: %v", err)
	}
	var value any
	if err := yaml.Unmarshal([]byte(file), &value); err != nil {
		return err.Error()
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(read); err != nil {
		return err.Error()
	}
	return ""
}

// checkRefused holds the schema to a file that Parse refuses.
func checkRefused(t *testing.T, file string) {
	t.Helper()
	problem := schemaProblem(t, file)
	why, beyond := beyondSchema()[t.Name()]
	switch {
	case problem == "" && !beyond:
		t.Errorf("schema accepts %q: refuse it, or name the reason in beyondSchema", file)
	case beyond && problem != "":
		t.Errorf("schema refuses %q, which beyondSchema says it cannot: %s", file, why)
	}
}

func TestTheSchemaIsKeptInTheDocumentation(t *testing.T) {
	got, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(schemaFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what the program prints; UPDATE_GOLDEN=1 writes it anew (-want +got):\n%s", schemaFile, diff)
	}
}

func TestTheSchemaAcceptsTheExample(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	if problem := schemaProblem(t, string(data)); problem != "" {
		t.Errorf("schema refuses the example: %s", problem)
	}
	_, named, _ := strings.Cut(string(data), "# yaml-language-server: $schema=")
	named, _, _ = strings.Cut(named, "\n")
	if "../../"+named != schemaFile {
		t.Errorf("the example names the schema %q, want %s", named, schemaFile)
	}
}

// TestTheSchemaDescribesEveryKey walks all of it: editors show descriptions.
func TestTheSchemaDescribesEveryKey(t *testing.T) {
	written, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(written, &root); err != nil {
		t.Fatal(err)
	}
	if n := described(t, root, ""); n < 100 {
		t.Errorf("schema describes %d keys, want all", n)
	}
}

// described counts the schemas in a schema and reports those without a description.
func described(t *testing.T, schema map[string]any, key string) int {
	t.Helper()
	if text, _ := schema["description"].(string); text == "" {
		t.Errorf("schema says nothing about %q", key)
	}
	count := 1
	inner := map[string]any{}
	if properties, ok := schema["properties"].(map[string]any); ok {
		inner = maps.Clone(properties)
		if schema["additionalProperties"] != false {
			t.Errorf("schema takes any key in %q", key)
		}
	} else if entries, ok := schema["additionalProperties"]; ok {
		inner["*"] = entries
	}
	if items, ok := schema["items"]; ok {
		inner["[]"] = items
	}
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		if s, ok := inner[name].(map[string]any); ok {
			count += described(t, s, key+"."+name)
		}
	}
	return count
}

func TestTheSchemaTellsDefaults(t *testing.T) {
	written, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	type property struct {
		Default    any                 `json:"default"`
		Properties map[string]property `json:"properties"`
	}
	var root property
	if err := json.Unmarshal(written, &root); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{
		"retry.initial": root.Properties["retry"].Properties["initial"].Default,
		"retry.max":     root.Properties["retry"].Properties["max"].Default,
		"scan":          root.Properties["concurrency"].Properties["scan"].Default,
		"level":         root.Properties["log"].Properties["level"].Default,
		"run_on_start":  root.Properties["schedule"].Properties["run_on_start"].Default,
		"cache.dir":     root.Properties["cache"].Properties["dir"].Default,
		"version":       root.Properties["version"].Default,
	}
	want := map[string]any{
		"retry.initial": "200ms", "retry.max": "30s", "scan": 3.0, "level": "info", "run_on_start": true, "cache.dir": nil, "version": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}
