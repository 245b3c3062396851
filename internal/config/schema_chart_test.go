package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

// The chart's schema has the configuration's in it, so that helm refuses what sigsync would.
const chartSchemaFile = "../../charts/sigsync/values.schema.json"

func TestTheSchemaIsKeptInTheChart(t *testing.T) {
	file, err := os.ReadFile(chartSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var chart struct {
		Definitions struct {
			Configuration json.RawMessage `json:"configuration"`
		} `json:"definitions"`
	}
	if err := json.Unmarshal(file, &chart); err != nil {
		t.Fatal(err)
	}
	want := chartSchema(t)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		updated := bytes.Replace(file, chart.Definitions.Configuration, want, 1)
		if err := os.WriteFile(chartSchemaFile, updated, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(chart.Definitions.Configuration)); diff != "" {
		t.Errorf("definitions.configuration of %s is not the configuration's schema; UPDATE_GOLDEN=1 writes it anew (-want +got):\n%s", chartSchemaFile, diff)
	}
}

// chartSchema is the configuration's schema as a part of the chart's.
func chartSchema(t *testing.T) []byte {
	t.Helper()
	text, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	delete(schema, "$id")
	delete(schema, "$schema")
	leaveToSigsync(t, schema)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("    ", "  ")
	if err := encoder.Encode(draft7(schema)); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// leaveToSigsync takes out what depends on what is not there: helm lint still sees the parts of the chart's example that a
// user sets to null. The program itself refuses these, and says it better.
func leaveToSigsync(t *testing.T, schema map[string]any) {
	t.Helper()
	servers, _ := schema["properties"].(map[string]any)["servers"].(map[string]any)
	server, _ := servers["additionalProperties"].(map[string]any)
	properties, _ := server["properties"].(map[string]any)
	auth, _ := properties["auth"].(map[string]any)
	if schema["if"] == nil || auth["oneOf"] == nil {
		t.Fatal("the configuration's schema no longer has the rules about a pair's server and one form of login where they were")
	}
	delete(schema, "if")
	delete(schema, "then")
	delete(auth, "oneOf")
}

// draft7 says the same in the older form, which every Helm 3 reads too: there, nothing beside a $ref counts, and
// dependentRequired is called dependencies.
func draft7(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = draft7(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = draft7(v[key])
		}
		rename(v, "dependentRequired", "dependencies")
		rename(v, "$defs", "definitions")
		besideReference(v)
	}
	return value
}

func rename(schema map[string]any, from, to string) {
	if value, ok := schema[from]; ok {
		schema[to] = value
		delete(schema, from)
	}
}

func besideReference(schema map[string]any) {
	reference, ok := schema["$ref"].(string)
	if !ok {
		return
	}
	delete(schema, "$ref")
	all, _ := schema["allOf"].([]any)
	place := strings.Replace(reference, "#/$defs/", "#/definitions/configuration/definitions/", 1)
	schema["allOf"] = append(all, map[string]any{"$ref": place})
}
