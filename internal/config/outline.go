package config

import (
	"io"
	"os"
	"reflect"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/intake"
)

// Outline returns the pairs of a file whose names can be told, in the
// order of the file: their names and repositories, and nothing else. It is for
// those who have to choose one while the file may not be complete yet: where Load
// would name problems, it leaves out what they are about. It expands variables in
// pairs only, so no secret of a server is looked up.
func Outline(file string, env func(string) (string, bool)) []Pair {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, intake.ConfigurationBytes+1))
	if err != nil {
		return nil
	}
	p := newProblems(file)
	root := p.root(data)
	if root == nil {
		return nil
	}
	var pairs []Pair
	d := decoder{env: env, problems: p}
	for i, n := range entriesOf(root) {
		at := path{item("pairs", i)}
		entry := fresh(reflect.TypeFor[pairEntry]())
		before := len(p.list)
		d.value(n, at, entry.Elem())
		if len(p.list) == before {
			e, _ := reflect.TypeAssert[*pairEntry](entry)
			pairs = append(pairs, e.outline()...)
		}
	}
	return pairs
}

// entriesOf are the items of pairs.
func entriesOf(root *yaml.Node) []*yaml.Node {
	for i := 0; i < len(root.Content); i += 2 {
		if entries := root.Content[i+1]; root.Content[i].Value == "pairs" && entries.Kind == yaml.SequenceNode {
			return entries.Content
		}
	}
	return nil
}

// outline is what can be told of an entry's pairs without the servers.
func (e *pairEntry) outline() []Pair {
	var pairs []Pair
	targets, _ := e.targets("")
	for _, target := range targets {
		if name := e.name(target, len(targets)); name != "" {
			pairs = append(pairs, Pair{Name: name, Source: e.Source, Target: target})
		}
	}
	return pairs
}
