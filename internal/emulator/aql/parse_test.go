package aql_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/aql"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"4.1 no criteria", `items.find()`},
		{"4.1 whitespace is free", " items . find\n(\t{ \"repo\" : \"dev\" }\r\n) . limit ( 1 ) \n"},
		{"4.1 all elements in their order", `items.find().include("name").transitive().sort({"$asc":["name"]}).offset(1).limit(2).distinct(false)`},
		{"4.1 several objects", `items.find({"repo":"dev"},{"name":"x","path":"y"})`},
		{"4.2 every comparator", `items.find({"created":{"$eq":"1"},"name":{"$ne":"1"}},{"created":{"$gt":1}},{"size":{"$gte":1}},` +
			`{"size":{"$lt":1}},{"size":{"$lte":1}},{"name":{"$match":"1"}},{"name":{"$nmatch":"1"}},{"created":{"$before":"1d"}},{"created":{"$last":"1d"}})`},
		{"4.2 null", `items.find({"sha256":null,"@k":{"$ne":NULL}})`},
		{"4.2 a bad value parses", `items.find({"created":"never","type":1})`},
		{"4.2 strings have no escapes", `items.find({"name":"a\"})`},
		{"4.5 a fraction of a limit", `items.find().limit(1.5)`},
		{"tools 6 the query of JFrog CLI", cliQuery},
	} {
		if _, err := aql.Parse(c.text); err != nil {
			t.Errorf("%s: Parse(%s) = %v", c.name, c.text, err)
		}
	}
}

func TestParseRejects(t *testing.T) {
	for _, c := range []struct{ name, text, near string }{
		{"4.8 no query", ``, ``},
		{"4.8 another domain", `builds.find()`, `builds.find()`},
		{"4.8 another action", `items.delete({"repo":"r"})`, `delete({"repo":"r"})`},
		{"4.1 sort after limit", `items.find().limit(1).sort({"$asc":["name"]})`, `sort({"$asc":["name"]})`},
		{"4.1 include after sort", `items.find().sort({"$asc":["name"]}).include("name")`, `include("name")`},
		{"4.1 transitive after sort", `items.find().sort({"$asc":["name"]}).transitive()`, `transitive()`},
		{"4.1 offset after limit", `items.find().limit(1).offset(1)`, `offset(1)`},
		{"4.1 limit after distinct", `items.find().distinct(true).limit(1)`, `limit(1)`},
		{"4.1 an element twice", `items.find().limit(1).limit(2)`, `limit(2)`},
		{"4.1 text behind the query", `items.find() limit(1)`, `limit(1)`},
		{"4.8 spaces around the rest", "items.find()\n limit(1) \n", `limit(1)`},
		{"4.2 unknown field", `items.find({"repository":"r"})`, `repository":"r"})`},
		{"4.2 a field of another domain", `items.find({"archive.entry.name":"r"})`, `archive.entry.name":"r"})`},
		{"4.2 a result field is no criterion", `items.find({"virtual_repos":"r"})`, `virtual_repos":"r"})`},
		{"4.2 the properties are no field", `items.find().include("properties")`, `properties")`},
		{"4.2 no $not", `items.find({"$not":[{"repo":"r"}]})`, `$not":[{"repo":"r"}]})`},
		{"4.2 no $in", `items.find({"repo":{"$in":["r"]}})`, `$in":["r"]}})`},
		{"4.2 a group wants a list", `items.find({"$or":{"repo":"r"}})`, `{"repo":"r"}})`},
		{"4.2 a group wants objects", `items.find({"$or":["repo"]})`, `"repo"]})`},
		{"4.2 empty object", `items.find({})`, `})`},
		{"4.2 no value", `items.find({"repo":})`, `})`},
		{"4.2 a bare word is no value", `items.find({"repo":dev})`, `dev})`},
		{"4.2 half a number is no value", `items.find({"size":1.})`, `1.})`},
		{"4.2 two comparators", `items.find({"size":{"$gt":1,"$lt":2}})`, `,"$lt":2}})`},
		{"4.2 relative time of a property", `items.find({"@k":{"$last":"1d"}})`, `$last":"1d"}})`},
		{"4.2 property without a key", `items.find({"@":"v"})`, `@":"v"})`},
		{"4.2 string without end", `items.find({"repo":"r})`, `r})`},
		{"4.2 object without end", `items.find({"repo":"r"`, ``},
		{"4.2 objects without a comma", `items.find({"repo":"r"} {"name":"n"})`, `{"name":"n"})`},
		{"4.3 include nothing", `items.find().include()`, `)`},
		{"4.3 include an unknown field", `items.find().include("name","nam")`, `nam")`},
		{"4.5 sort by nothing", `items.find().sort({"$asc":[]})`, `]})`},
		{"4.5 sort by an unknown field", `items.find().sort({"$asc":["repo","x"]})`, `x"]})`},
		{"4.5 sort by a logical field", `items.find().sort({"$asc":["virtual_repos"]})`, `virtual_repos"]})`},
		{"4.5 sort sideways", `items.find().sort({"$up":["name"]})`, `$up":["name"]})`},
		{"4.5 quoted limit", `items.find().limit("1")`, `"1")`},
		{"4.5 negative limit", `items.find().limit(-1)`, `-1)`},
		{"4.5 half a number", `items.find().limit(1.)`, `1.)`},
		{"4.5 number with two points", `items.find().offset(1.2.3)`, `1.2.3)`},
		{"4.1 quoted distinct", `items.find().distinct("true")`, `"true")`},
		{"4.1 transitive takes nothing", `items.find().transitive(true)`, `true)`},
	} {
		_, err := aql.Parse(c.text)
		var got *aql.SyntaxError
		if !errors.As(err, &got) {
			t.Errorf("%s: Parse(%s) = %v, want a *SyntaxError", c.name, c.text, err)
			continue
		}
		if diff := cmp.Diff(&aql.SyntaxError{Query: c.text, Near: c.near}, got); diff != "" {
			t.Errorf("%s: Parse(%s) (-want +got):\n%s", c.name, c.text, diff)
		}
	}
}

func TestSyntaxErrorIsTheServersMessage(t *testing.T) {
	_, err := aql.Parse(`items.find().limits(1)`)
	want := "Failed to parse query: items.find().limits(1), it looks like there is syntax error near the following sub-query: limits(1)"
	if err == nil || err.Error() != want {
		t.Errorf("4.8 Parse = %v, want %s", err, want)
	}
}
