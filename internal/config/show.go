package config

import (
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// Show writes the effective configuration as YAML: defaults filled in, secrets
// masked, one pair for each source and target. Without secrets, what it writes
// loads again to an equal Config.
func (c *Config) Show(w io.Writer) error {
	var root yaml.Node
	if err := root.Encode(c); err != nil {
		return fmt.Errorf("encode configuration: %w", err)
	}
	literally(&root, false)
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	if err := out.Encode(&root); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}

// literally changes the strings of a tree so that they are read again as what
// they are: values without expansion, keys as they stand.
func literally(n *yaml.Node, key bool) {
	for i, content := range n.Content {
		literally(content, n.Kind == yaml.MappingNode && i%2 == 0)
	}
	if n.ShortTag() == "!!merge" {
		// The library forgets to quote the string "<<".
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	}
	if n.Kind == yaml.ScalarNode && !key {
		n.Value = escape(n.Value)
	}
}

// Format writes what Show does, whatever the verb is: package fmt asks no
// secret for its mask where the verb does not fit what holds it.
func (c *Config) Format(f fmt.State, _ rune) { _ = c.Show(f) }
