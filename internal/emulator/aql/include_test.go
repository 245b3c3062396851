package aql_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const cliQuery = `items.find({"path":{"$ne":"."},"$or":[{"$and":[{"repo":"dev","path":{"$match":"*/sha256-*.sig"},"name":"manifest.json"}]}]})` +
	`.include("name","repo","path","actual_md5","actual_sha1","sha256","size","type","modified","created","property")`

func TestFieldsOfRows(t *testing.T) {
	standard := []string{"created", "created_by", "modified", "modified_by", "name", "path", "repo", "size", "type", "updated"}
	for _, c := range []struct {
		name, include string
		want          []string
	}{
		{"4.3 default fields; sha256 is not one", ``, standard},
		{"4.3 an include replaces them", `.include("repo","sha256")`, []string{"repo", "sha256"}},
		{"4.3 checksums", `.include("actual_sha1","actual_md5","original_sha1","original_md5")`,
			[]string{"actual_md5", "actual_sha1", "original_md5", "original_sha1"}},
		{"4.3 depth", `.include("depth")`, []string{"depth"}},
		{"4.3 an ID is never shown", `.include("name","id","virtual_repos")`, []string{"name"}},
		{"4.3 properties only add", `.include("property.*")`, slices.Concat(standard[:6], []string{"properties"}, standard[6:])},
		{"4.3 properties before a field stay", `.include("property","name")`, []string{"name", "properties"}},
		{"4.3 a star adds all fields", `.include("*")`, slices.Sorted(slices.Values(slices.Concat(standard,
			[]string{"depth", "actual_md5", "actual_sha1", "original_md5", "original_sha1", "sha256"})))},
		{"4.3 a field after a star replaces all", `.include("*","name")`, []string{"name"}},
	} {
		rows := run(t, `items.find({"repo":"dev","path":"app/1.0"})`+c.include, admin()).Results
		if len(rows) != 1 {
			t.Errorf("%s: %s gives %d rows, want 1", c.name, c.include, len(rows))
			continue
		}
		if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(rows[0]))); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.name, c.include, diff)
		}
	}
}

func TestValuesOfRows(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       map[string]any
	}{
		{"4.3 size is a number, times have milliseconds", `items.find({"repo":"dev","path":"."})`, map[string]any{
			"repo": "dev", "path": ".", "name": "README.txt", "type": "file", "size": 5.0,
			"created": "2026-01-01T00:00:03.123Z", "created_by": "ann", "modified": "2026-01-01T00:00:03.123Z",
			"modified_by": "ann", "updated": "2026-01-01T00:00:03.123Z",
		}},
		{"4.3 a folder has no checksums", `items.find({"repo":"dev","path":".","type":"folder","name":"app"}).include("name","type","size","depth","sha256","actual_sha1")`,
			map[string]any{"name": "app", "type": "folder", "size": 0.0, "depth": 1.0}},
		{"4.3 nulls are left out", `items.find({"repo":"prod"}).include("name","sha256","created_by","modified_by","actual_md5")`,
			map[string]any{"name": "manifest.json", "actual_md5": "99914b932bd37a50b983c5e7c90ae93b"}},
		{"4.3 a null in front", `items.find({"repo":"prod"}).include("created_by","depth")`, map[string]any{"depth": 3.0}},
	} {
		got := run(t, c.text, admin()).Results
		if diff := cmp.Diff([]map[string]any{c.want}, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.name, c.text, diff)
		}
	}
}

func TestEachFieldShowsItsOwnValue(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	item := tree.Item{
		Repo: "r", Path: "a/b/c", Size: 4, Checksums: tree.Checksums{SHA1: "s1", MD5: "m5", SHA256: "s256"},
		Created: day(1), Modified: day(2), Updated: day(3), CreatedBy: "ann", ModifiedBy: "bob",
	}
	var got answer
	if err := json.Unmarshal([]byte(write(t, `items.find().include("*")`, item)), &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{
		"repo": "r", "path": "a/b", "name": "c", "type": "file", "size": 4.0, "depth": 3.0,
		"created": "2026-03-01T00:00:00.000Z", "created_by": "ann", "modified": "2026-03-02T00:00:00.000Z",
		"modified_by": "bob", "updated": "2026-03-03T00:00:00.000Z",
		"actual_sha1": "s1", "original_sha1": "s1", "actual_md5": "m5", "original_md5": "m5", "sha256": "s256",
	}}
	if diff := cmp.Diff(want, got.Results); diff != "" {
		t.Errorf("4.3 (-want +got):\n%s", diff)
	}
}

func TestPropertiesOfRows(t *testing.T) {
	type properties = []any
	property := func(key, value string) any { return map[string]any{"key": key, "value": value} }
	manifest, blue, green, note := property("docker.manifest", "1.0"), property("env", "blue"), property("env", "green"), property("note", "odd")
	for _, c := range []struct {
		name, include string
		want          map[string]properties
	}{
		{"4.3 items without properties stay", `"property.*"`,
			map[string]properties{readme: nil, image: {manifest, blue, green}, leftover: nil, signed: nil, promoted: {green, note}}},
		{"4.3 the same by one word", `"property"`,
			map[string]properties{readme: nil, image: {manifest, blue, green}, leftover: nil, signed: nil, promoted: {green, note}}},
		{"4.3 the same by a star", `"@*"`,
			map[string]properties{readme: nil, image: {manifest, blue, green}, leftover: nil, signed: nil, promoted: {green, note}}},
		{"4.3 items without the key drop out", `"@note"`, map[string]properties{promoted: {note}}},
		{"4.3 one of two keys is enough", `"@note","@docker.manifest"`, map[string]properties{image: {manifest}, promoted: {note}}},
		{"4.3 no item has the key", `"@gone"`, map[string]properties{}},
		{"4.3 keys only, each once", `"property.key"`, map[string]properties{readme: nil, leftover: nil, signed: nil,
			image:    {map[string]any{"key": "docker.manifest"}, map[string]any{"key": "env"}},
			promoted: {map[string]any{"key": "env"}, map[string]any{"key": "note"}}}},
		{"4.3 values only", `"property.value"`, map[string]properties{readme: nil, leftover: nil, signed: nil,
			image:    {map[string]any{"value": "1.0"}, map[string]any{"value": "blue"}, map[string]any{"value": "green"}},
			promoted: {map[string]any{"value": "green"}, map[string]any{"value": "odd"}}}},
	} {
		a := run(t, `items.find().include(`+c.include+`)`, admin())
		got := map[string]properties{}
		for i, path := range a.paths() {
			list, ok := a.Results[i]["properties"].(properties)
			if ok == (list == nil) {
				t.Errorf("%s: %s: properties = %v", c.name, path, a.Results[i]["properties"])
			}
			got[path] = list
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: include(%s) (-want +got):\n%s", c.name, c.include, diff)
		}
	}
}

func TestQueryOfJFrogCLI(t *testing.T) {
	got := run(t, cliQuery, admin())
	want := []map[string]any{{
		"repo": "dev", "path": "app/sha256-ab.sig", "name": "manifest.json", "type": "file", "size": 7.0,
		"created": "2026-01-01T00:00:07.123Z", "modified": "2026-01-01T00:00:07.123Z",
		"actual_md5": "", "actual_sha1": "", "sha256": "",
	}}
	for _, sum := range []string{"actual_md5", "actual_sha1", "sha256"} {
		want[0][sum] = got.Results[0][sum]
	}
	if diff := cmp.Diff(want, got.Results); diff != "" {
		t.Errorf("tools 6 (-want +got):\n%s", diff)
	}
	if keys := parse(t, cliQuery).Repositories(); !slices.Equal(keys, []string{"dev"}) {
		t.Errorf("Repositories = %q, want dev", keys)
	}
}
