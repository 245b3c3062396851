package config

import "strings"

// document is a configuration as it is written: a pair may name many targets.
type document struct {
	Config  `yaml:",inline"`
	Entries []pairEntry `yaml:"pairs"`
}

// pairEntry is an entry of pairs, with either a target or targets.
type pairEntry struct {
	Pair    `yaml:",inline"`
	Targets []Endpoint `yaml:"targets"`
}

// resolve turns entries into effective pairs and puts them in order.
func (d *document) resolve(p *problems) {
	if len(d.Entries) == 0 {
		p.add("pairs", "expected at least one pair")
	}
	for _, server := range d.Servers {
		server.URL = strings.TrimRight(server.URL, "/")
	}
	var links []link
	for i := range d.Entries {
		links = append(links, d.Entries[i].links(item("pairs", i), &d.Config, p)...)
	}
	checkLinks(links, p)
	d.Pairs = ordered(links, p)
}
