package main

import (
	"errors"
	"io/fs"

	"github.com/sigsync/sigsync/internal/config"
)

// errNoConfiguration says how to go on without a file.
var errNoConfiguration = errors.New("name a configuration with --config FILE or SIGSYNC_CONFIG; sigsync demo needs none")

// load reads the configuration that the command line names.
func (g *globals) load(env environment) (*config.Config, error) {
	c, err := config.Load(g.config, env.lookup)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.Join(err, errNoConfiguration)
	}
	return c, err
}
