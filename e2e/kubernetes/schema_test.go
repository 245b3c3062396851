//go:build k8s

package kubernetes_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// schemaName is where kubeconform finds the schema of a kind, in a folder.
const schemaName = "{{ .ResourceKind }}_{{ .Group }}_{{ .ResourceAPIVersion }}.json"

// writeSchemas writes a JSON schema for each kind that the API server knows, made of its own description, which allows no field
// that is not there. It returns the folder.
func writeSchemas(t *testing.T) string {
	t.Helper()
	h := &house{t: t}
	dir := t.TempDir()
	var versions struct {
		Paths map[string]struct {
			URL string `json:"serverRelativeURL"`
		} `json:"paths"`
	}
	h.until("the description of the extensions", func() error {
		h.decode("/openapi/v3", &versions)
		if _, ok := versions.Paths["apis/"+extensions]; !ok {
			return fmt.Errorf("the API server does not describe %s", extensions)
		}
		return nil
	})
	for path, version := range versions.Paths {
		if !strings.HasPrefix(path, "api") {
			continue // the server's own affairs
		}
		var described struct {
			Components struct {
				Schemas map[string]map[string]any `json:"schemas"`
			} `json:"components"`
		}
		h.decode(version.URL, &described)
		for name, schema := range described.Components.Schemas {
			kinds, _ := schema["x-kubernetes-group-version-kind"].([]any)
			if len(kinds) != 1 {
				continue // no object of its own, or what every group has
			}
			kind, _ := kinds[0].(map[string]any)
			writeSchema(t, filepath.Join(dir, fileOf(kind)), name, described.Components.Schemas)
		}
	}
	return dir
}

// fileOf is the schema's name for kubeconform, which takes the version for the group of what has none.
func fileOf(kind object) string {
	version := kind.text("version")
	return strings.NewReplacer(
		"{{ .ResourceKind }}", strings.ToLower(kind.text("kind")), "{{ .Group }}", cmp.Or(kind.text("group"), version), "{{ .ResourceAPIVersion }}", version,
	).Replace(schemaName)
}

// writeSchema writes one of the schemas, and beside it all that it may refer to.
func writeSchema(t *testing.T, file, name string, schemas map[string]map[string]any) {
	t.Helper()
	definitions := map[string]any{}
	for each, schema := range schemas {
		definitions[each] = strict(schema)
	}
	content, err := json.Marshal(map[string]any{
		"$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions, "allOf": []any{map[string]any{"$ref": "#/definitions/" + name}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// strict is a schema in the words of JSON Schema, without what is for readers and tools. An object that names its fields has no others.
func strict(value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, 0, len(v))
		for _, each := range v {
			list = append(list, strict(each))
		}
		return list
	case map[string]any:
		made := map[string]any{}
		for key, each := range v {
			if properties, ok := each.(map[string]any); ok && key == "properties" {
				made[key] = strictEach(properties)
			} else if reference, ok := each.(string); ok && key == "$ref" {
				made[key] = strings.Replace(reference, "#/components/schemas/", "#/definitions/", 1)
			} else if key != "description" && key != "default" && !strings.HasPrefix(key, "x-kubernetes-") {
				made[key] = strict(each)
			}
		}
		_, named := v["properties"]
		_, more := v["additionalProperties"]
		if named && !more && v["x-kubernetes-preserve-unknown-fields"] != true {
			made["additionalProperties"] = false
		}
		return made
	default:
		return value
	}
}

// strictEach keeps the names, which may be words of a schema too.
func strictEach(properties map[string]any) map[string]any {
	made := maps.Clone(properties)
	for name, schema := range made {
		made[name] = strict(schema)
	}
	return made
}
