package config

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Images selects image paths by globs, where ** crosses slashes. An image is
// selected when a glob of Include matches it and none of Exclude does.
type Images struct {
	// Include is never empty.
	Include []string `yaml:"include"`
	Exclude []string `yaml:"exclude"`
}

func (i Images) check(key string, p *problems) {
	if len(i.Include) == 0 {
		p.add(child(key, "include"), `expected at least one glob: write ["**"] for every image`)
	}
	checkGlobs(child(key, "include"), i.Include, p)
	checkGlobs(child(key, "exclude"), i.Exclude, p)
}

func checkGlobs(key string, globs []string, p *problems) {
	for n, glob := range globs {
		if glob == "" || !doublestar.ValidatePattern(glob) {
			p.expected(item(key, n), "a glob", glob)
			continue
		}
		if strings.Trim(glob, "/") != glob {
			p.expected(item(key, n), "a glob without a slash at its start and end, as image paths have none", glob)
		}
	}
}
