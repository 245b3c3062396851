package main

import (
	"net/url"

	"github.com/sigsync/sigsync/internal/report"
)

// addresses are what the servers of a report's targets are called in names of
// images. Artifactory may give a repository a host of its own, which it does not
// tell.
func (s *setup) addresses(r *report.Report) map[string]string {
	found := map[string]string{}
	for _, p := range r.Pairs {
		server, ok := s.config.Servers[p.Target.Server]
		if !ok {
			continue
		}
		if u, err := url.Parse(server.URL); err == nil {
			found[p.Target.Server] = u.Host
		}
	}
	return found
}
