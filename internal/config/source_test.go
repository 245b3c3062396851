package config_test

import (
	"strings"
	"testing"
)

func TestParseProblemsOfTheDocument(t *testing.T) {
	testProblems(t, []problem{
		{"empty", "", "f:1: expected a configuration, got an empty file"},
		{"only comments", "# nothing\n", "f:1: expected a configuration, got an empty file"},
		{"null", "---\n", "f:2: expected a mapping that begins with version: 1, got nothing"},
		{"list", "- a\n", "f:1: expected a mapping that begins with version: 1, got a list"},
		{"text", "\n\nhello\n", "f:3: expected a mapping that begins with version: 1, got a string"},
		{"two documents", good + "---\na: b\n", "f:4: expected one document, got a second one"},
		{"empty second document", good + "---\n", "f:4: expected one document, got a second one"},
		{"broken second document", good + "---\na: \"b", "f:5: expected YAML: found unexpected end of stream"},
		{"too large", good + strings.Repeat("#", 1<<20), "f:1: expected a file of at most 1048576 bytes"},
		{"not UTF-8", "a: b\nc: \xff\n", "f:2: expected UTF-8 text without control characters"},
		{"not UTF-8 at once", "\xff\xfea\x00", "f:1: expected UTF-8 text without control characters"},
		{"control character", "a: b\n\nc: \x01\n", "f:3: expected UTF-8 text without control characters"},
	})
}

func TestParseAcceptsUnusualText(t *testing.T) {
	for name, text := range map[string]string{
		"byte order mark":       "\uFEFF" + good,
		"replacement character": good + "# \uFFFD\n",
		"carriage returns":      strings.ReplaceAll(good, "\n", "\r\n"),
		"document markers":      "---\n" + good + "...\n",
		"exactly the limit":     good + strings.Repeat("#", 1<<20-len(good)),
	} {
		t.Run(name, func(t *testing.T) { parse(t, text) })
	}
}

func TestParseProblemsOfSyntax(t *testing.T) {
	testProblems(t, []problem{
		{"scanner", good + "a: @b\n", "f:4: expected YAML: found character that cannot start any token"},
		{"tab", good + "log:\n\tlevel: info\n", "f:5: expected YAML: found character that cannot start any token"},
		{"parser", good + "a: [b\nc: d\n", "f:4: expected YAML: did not find expected ',' or ']'"},
		{"tag handle", good + "a: !x!y z\n", "f:4: expected YAML: found undefined tag handle"},
		{"first line", "a: @b", "f:1: expected YAML: found character that cannot start any token"},
		{"no line break at the end", "[a", "f:2: expected YAML: did not find expected ',' or ']'"},
		{"reference on the last line", "log: {level: ${LEVEL}}", "f:1: expected YAML: did not find expected ',' or '}': put a value with ${NAME} in quotes"},
		{"end of the file", "[a: {\n", "f:2: expected YAML: did not find expected node content"},
		{"reference in braces", good + "log: {level: ${LEVEL}}\n", "f:4: expected YAML: did not find expected ',' or '}': put a value with ${NAME} in quotes"},
		{"anchor", good + "serve:\n  webhook:\n    secret: *hunter2\n", "f:6: expected a known anchor after *: put a value that begins with * in quotes"},
	})
}
