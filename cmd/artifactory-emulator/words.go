package main

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

// edition, class and rights are written as words in the configuration.
type (
	edition emulator.Edition
	class   emulator.Class
	rights  access.Right
)

// UnmarshalYAML reads the name of an edition.
func (e *edition) UnmarshalYAML(node *yaml.Node) error {
	named, err := word(node, map[string]emulator.Edition{
		"pro": emulator.EditionPro, "jcr": emulator.EditionJCR, "oss": emulator.EditionOSS,
	})
	*e = edition(named)
	return err
}

// UnmarshalYAML reads the name of a class of repositories.
func (c *class) UnmarshalYAML(node *yaml.Node) error {
	named, err := word(node, map[string]emulator.Class{
		"local": emulator.Local, "remote": emulator.Remote, "virtual": emulator.Virtual, "federated": emulator.Federated,
	})
	*c = class(named)
	return err
}

// UnmarshalYAML reads a list of rights.
func (r *rights) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: rights are not a list", node.Line)
	}
	for _, one := range node.Content {
		named, err := word(one, map[string]access.Right{
			"read": access.Read, "annotate": access.Annotate, "deploy": access.Deploy, "delete": access.Delete, "all": access.All,
		})
		if err != nil {
			return err
		}
		*r |= rights(named)
	}
	return nil
}

func word[T any](node *yaml.Node, words map[string]T) (T, error) {
	value, ok := words[node.Value]
	if !ok {
		return value, fmt.Errorf("line %d: unknown word %q", node.Line, node.Value)
	}
	return value, nil
}
