package jackson_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/jackson"
)

func TestMarshal(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{
			"6.5 error envelope", `{"errors":[{"status":404,"message":"Unable to find item"}]}`,
			"{\n  \"errors\" : [ {\n    \"status\" : 404,\n    \"message\" : \"Unable to find item\"\n  } ]\n}",
		},
		{"empty containers", `{"a":[],"b":{}}`, "{\n  \"a\" : [ ],\n  \"b\" : { }\n}"},
		{"array on one line", `["a",["b"],1,true,null]`, `[ "a", [ "b" ], 1, true, null ]`},
		{"punctuation in strings", `{"a{,":"b]:\"\\"}`, "{\n  \"a{,\" : \"b]:\\\"\\\\\"\n}"},
		{"nested objects", `{"a":{"b":{"c":1}}}`, "{\n  \"a\" : {\n    \"b\" : {\n      \"c\" : 1\n    }\n  }\n}"},
		{"scalar", `"x"`, `"x"`},
		{"no HTML escapes", `"<&>"`, `"<&>"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := jackson.Marshal(json.RawMessage(c.in))
			if err != nil {
				t.Fatalf("Marshal(%s): %v", c.in, err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("Marshal(%s) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestMarshalRefusesWhatIsNotJSON(t *testing.T) {
	if _, err := jackson.Marshal(func() {}); err == nil {
		t.Error("Marshal(func) = nil error, want one")
	}
}
