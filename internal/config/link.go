package config

import "fmt"

// link is an effective pair with the keys it came from, and its two ends in a
// form that is equal for equal repositories.
type link struct {
	Pair
	key       string // of the entry of pairs
	targetKey string // of the entry's target, or of one of its targets
	from, to  location
}

// location is a repository, whatever name its server has in the file.
type location struct{ server, repository string }

// links makes one effective pair for each target of the entry.
func (e *pairEntry) links(key string, c *Config, p *problems) []link {
	e.check(key, p)
	e.checkTargets(key, p)
	e.Source.resolve(child(key, "source"), c, p)
	targets, keys := e.targets(key)
	links := make([]link, len(targets))
	for i, target := range targets {
		target.resolve(keys[i], c, p)
		c.checkTransport(child(key, "transport"), e.Transport, e.Source, target, p)
		pair := e.Pair
		pair.Target = target
		pair.Name = e.name(target, len(targets))
		links[i] = link{
			Pair: pair, key: key, targetKey: keys[i],
			from: c.locate(pair.Source), to: c.locate(target),
		}
	}
	return links
}

func (e *pairEntry) checkTargets(key string, p *problems) {
	one, many := p.has(child(key, "target")), p.has(child(key, "targets"))
	switch {
	case one && many:
		p.add(child(key, "targets"), "expected target or targets, got both")
	case !one && !many:
		p.add(child(key, "target"), "expected target or targets, got neither")
	case many && len(e.Targets) == 0:
		p.add(child(key, "targets"), "expected at least one target")
	}
	if !one {
		// There is nothing to say about a target that nobody wrote.
		p.breaks(child(key, "target"))
	}
	if e.Name != "" {
		checkName(child(key, "name"), e.Name, p)
	}
}

// targets lists the targets of an entry and their keys.
func (e *pairEntry) targets(key string) (targets []Endpoint, keys []string) {
	if len(e.Targets) == 0 {
		return []Endpoint{e.Target}, []string{child(key, "target")}
	}
	for i := range e.Targets {
		keys = append(keys, item(child(key, "targets"), i))
	}
	return e.Targets, keys
}

// name is the name of the effective pair for one of the entry's targets; empty
// when a repository that it would be made of is missing.
func (e *pairEntry) name(target Endpoint, targets int) string {
	switch {
	case e.Name != "" && targets == 1:
		return e.Name
	case target.Repository == "" || e.Name == "" && e.Source.Repository == "":
		return ""
	case e.Name == "":
		return fmt.Sprintf("%s-to-%s", e.Source.Repository, target.Repository)
	}
	return fmt.Sprintf("%s-%s", e.Name, target.Repository)
}

// checkTransport reports a transport inside one server for a pair that has two,
// or that is on a plain registry.
func (c *Config) checkTransport(key string, t Transport, source, target Endpoint, p *problems) {
	if t != TransportCopy && t != TransportPromote || c.Servers[source.Server] == nil || c.Servers[target.Server] == nil {
		return
	}
	if source.Server != target.Server || c.isRegistry(target) {
		p.add(key, "expected auto or registry, got %q: that is a way inside one Artifactory server", t)
	}
}

// locate is the zero location while anything about the endpoint is wrong.
func (c *Config) locate(e Endpoint) location {
	server, found := c.Servers[e.Server]
	if !found || server.URL == "" || e.Repository == "" {
		return location{}
	}
	return location{server: server.URL, repository: e.Repository}
}
