package config

import (
	"strings"
	"unicode"
)

// Endpoint is one end of a pair: a repository on a server.
type Endpoint struct {
	// Server is a key of [Config.Servers].
	Server string `yaml:"server"`
	// Repository is the key of an Artifactory repository.
	Repository string `yaml:"repository"`
}

// resolve fills in the server where there is only one to choose from, and
// reports a server or a repository that cannot be.
func (e *Endpoint) resolve(key string, servers []string, p *problems) {
	if e.Server == "" && len(servers) == 1 {
		e.Server = servers[0]
	}
	// Without any server the problem is there, not here.
	if len(servers) > 0 {
		oneOf(child(key, "server"), e.Server, p, servers...)
	}
	if !isRepositoryKey(e.Repository) {
		p.expected(child(key, "repository"), "a repository key", e.Repository)
	}
}

// isRepositoryKey reports whether Artifactory could have a repository of that
// key. It has none with a slash, so that an image path cannot pass for a key.
func isRepositoryKey(s string) bool {
	return s != "" && s != "." && s != ".." &&
		!strings.ContainsAny(s, `/\:|?*"<>`) &&
		!strings.ContainsFunc(s, unicode.IsSpace)
}
