package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/intake"
)

// root parses the file's one document and returns its mapping, or nil after
// reporting why there is none.
func (p *problems) root(data []byte) *yaml.Node {
	if len(data) > intake.ConfigurationBytes {
		p.addAt(1, 1, "", fmt.Sprintf("expected a file of at most %d bytes", intake.ConfigurationBytes))
		return nil
	}
	if line := unreadableLine(data); line > 0 {
		p.addAt(line, 1, "", "expected UTF-8 text without control characters")
		return nil
	}
	documents := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := documents.Decode(&first); err != nil {
		p.addSyntax(err, data)
		return nil
	}
	if err := documents.Decode(&second); err == nil {
		p.addAt(second.Line, second.Column, "", "expected one document, got a second one")
	} else if !errors.Is(err, io.EOF) {
		p.addSyntax(err, data)
	}
	return p.mapping(first.Content[0])
}

// mapping is the node if it is a mapping.
func (p *problems) mapping(root *yaml.Node) *yaml.Node {
	p.places[""] = place{line: root.Line, column: root.Column}
	if root.Kind != yaml.MappingNode {
		p.addAt(root.Line, root.Column, "", "expected a mapping that begins with version: 1, got "+describe(root))
		return nil
	}
	return root
}

// unreadableLine is the number of the first line that YAML does not allow, or 0.
func unreadableLine(data []byte) int {
	for i, r := range string(data) {
		invalid := r == utf8.RuneError && !bytes.HasPrefix(data[i:], []byte("\uFFFD"))
		if invalid || unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) {
			return 1 + bytes.Count(data[:i], []byte("\n"))
		}
	}
	return 0
}

// describe names the kind of a node, never its value.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!str":
		return "a string"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!timestamp":
		return "a date"
	}
	return "a value with a tag"
}
