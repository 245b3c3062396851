package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/sigsync/sigsync/internal/intake"
)

// Load reads and parses the file at path. What env says about a variable's
// name stands for the environment, as [os.LookupEnv] does. Standard input
// ("-") is refused, because problems are told by file and line. The error is
// [Errors] when the file could be read.
func Load(path string, env func(string) (string, bool)) (*Config, error) {
	if path == "-" {
		return nil, errors.New(`read configuration: standard input ("-") cannot be used, name a file`)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, intake.ConfigurationBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(path, data, env)
}

// Parse turns the content of a file into its effective configuration. The
// name is what problems call the file. A nil Config comes with [Errors] that
// hold every problem of the file.
func Parse(name string, data []byte, env func(string) (string, bool)) (*Config, error) {
	p := newProblems(name)
	doc := document{Config: defaultConfig()}
	if root := p.root(data); root != nil {
		d := decoder{env: env, problems: p}
		d.value(root, path{}, reflect.ValueOf(&doc).Elem())
		doc.check(p)
		doc.resolve(p)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return &doc.Config, nil
}
