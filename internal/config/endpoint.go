package config

import (
	"strings"
	"unicode"
)

// Endpoint is one end of a pair: a repository on a server.
type Endpoint struct {
	// Server is a key of [Config.Servers].
	Server string `yaml:"server"`
	// Repository is the key of an Artifactory repository or, on a server of
	// type oci, a prefix of image paths.
	Repository string `yaml:"repository"`
}

// resolve fills in the server where there is only one to choose from, and
// reports a server or a repository that cannot be.
func (e *Endpoint) resolve(key string, c *Config, p *problems) {
	servers := c.serverNames()
	if e.Server == "" && len(servers) == 1 {
		e.Server = servers[0]
	}
	// Without any server the problem is there, not here.
	if len(servers) > 0 {
		oneOf(child(key, "server"), e.Server, p, servers...)
	}
	switch {
	case c.isRegistry(*e):
		if !isPrefix(e.Repository) {
			p.expected(child(key, "repository"), "a prefix of image paths, without slashes at its ends", e.Repository)
		}
	case !isRepositoryKey(e.Repository):
		p.expected(child(key, "repository"), "a repository key", e.Repository)
	}
}

// isRegistry tells whether an end is on a server of type oci.
func (c *Config) isRegistry(e Endpoint) bool {
	s := c.Servers[e.Server]
	return s != nil && s.Type == TypeOCI
}

// isPrefix reports whether image paths could begin with s.
func isPrefix(s string) bool {
	for part := range strings.SplitSeq(s, "/") {
		if !isRepositoryKey(part) {
			return false
		}
	}
	return true
}

// isRepositoryKey reports whether Artifactory could have a repository of that
// key. It has none with a slash, so that an image path cannot pass for a key.
func isRepositoryKey(s string) bool {
	return s != "" && s != "." && s != ".." &&
		!strings.ContainsAny(s, `/\:|?*"<>`) &&
		!strings.ContainsFunc(s, unicode.IsSpace)
}
