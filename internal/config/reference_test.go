package config_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/config"
)

const referenceFile = "../../docs/configuration.md"

func TestTheReferenceIsKeptInTheDocumentation(t *testing.T) {
	got := reference(t)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(referenceFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what the types say; make man writes it anew (-want +got):\n%s", referenceFile, diff)
	}
}

func reference(t *testing.T) string {
	t.Helper()
	text, err := config.Reference()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// row is a key in the reference, with its type, default, description and example.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*?) \\| (.*?) \\| (.*?) \\| (.*) \\|$")

// TestTheReferenceHasEveryKey asks the schema, which is made by another walk
// through the types.
func TestTheReferenceHasEveryKey(t *testing.T) {
	rows := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(reference(t), -1) {
		rows[m[1]] = m[2:]
	}
	schema := decodedSchema(t)
	leaves := map[string]map[string]any{}
	collect(schema, "", leaves)
	for _, key := range slices.Sorted(maps.Keys(leaves)) {
		cells, ok := rows[key]
		switch {
		case !ok:
			t.Errorf("the reference has no key %s", key)
		case cells[0] == "" || cells[2] == "":
			t.Errorf("the reference says nothing of %s: %q", key, cells)
		case cells[1] == "" && cells[3] == "" && leaves[key]["type"] != "array":
			t.Errorf("%s has neither a default nor an example: examples.yaml takes one", key)
		}
		if _, said := leaves[key]["default"]; ok && said != (cells[1] != "" && cells[1] != "needed") {
			t.Errorf("default of %s = %q, the schema has %v", key, cells, leaves[key]["default"])
		}
	}
	if len(leaves) < 80 {
		t.Errorf("the schema has %d keys, want all", len(leaves))
	}
}

// collect finds the schemas of all that holds a value.
func collect(schema map[string]any, key string, into map[string]map[string]any) {
	below := func(part any, name string) {
		if s, ok := part.(map[string]any); ok {
			collect(s, strings.TrimPrefix(name, "."), into)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, part := range properties {
		below(part, key+"."+name)
	}
	below(schema["additionalProperties"], key+".*")
	below(schema["items"], key+"[]")
	if properties == nil && schema["type"] != "object" {
		into[key] = schema
	}
}

func decodedSchema(t *testing.T) map[string]any {
	t.Helper()
	written, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(written, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestExamplesOfTheReferenceAreAllowed has each example pass the schema of its key.
func TestExamplesOfTheReferenceAreAllowed(t *testing.T) {
	content, err := os.ReadFile("examples.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var examples map[string]any
	if err := yaml.Unmarshal(content, &examples); err != nil {
		t.Fatal(err)
	}
	written, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	pointer := strings.NewReplacer("[]", "/items", ".*", "/additionalProperties", ".", "/properties/")
	for key, example := range examples {
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		if err := c.AddResource("schema.json", read); err != nil {
			t.Fatal(err)
		}
		schema, err := c.Compile("schema.json#" + pointer.Replace("."+key))
		if err != nil {
			t.Errorf("schema of %s: %v", key, err)
			continue
		}
		if err := schema.Validate(example); err != nil {
			t.Errorf("example of %s: %v", key, err)
		}
	}
}
