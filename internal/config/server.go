package config

import (
	"net/url"
	"strings"
	"time"
)

// ServerType is what kind of server answers at a URL.
type ServerType string

// The server types are the values of servers.NAME.type.
const (
	TypeArtifactory ServerType = "artifactory"
	TypeOCI         ServerType = "oci"
)

func (ServerType) choices() []string {
	return texts(TypeArtifactory, TypeOCI)
}

// Server is one server and how to talk to it.
type Server struct {
	// URL is the base URL, context path included, without a slash at its end.
	URL  string     `yaml:"url"`
	Type ServerType `yaml:"type"`
	Auth Auth       `yaml:"auth"`
	TLS  TLS        `yaml:"tls"`
	// Proxy is the URL of a proxy; empty means what the environment says.
	Proxy string `yaml:"proxy"`
	// Timeout is how long one request may take, and how long a listing may make
	// no progress; above 0.
	Timeout time.Duration `yaml:"timeout"`
	// RateLimit is in requests per second; 0 means without limit.
	RateLimit float64 `yaml:"rate_limit"`
	// MaxConnections is how many connections may be open at once; at least 1.
	MaxConnections int `yaml:"max_connections"`
}

func (s *Server) setDefaults() {
	*s = Server{Type: TypeArtifactory, Timeout: 30 * time.Second, MaxConnections: 32}
}

// checkRegistry reports what only an Artifactory server has.
func (s *Server) checkRegistry(key string, p *problems) {
	if u, err := url.Parse(s.URL); err == nil && strings.Trim(u.Path, "/") != "" {
		p.add(child(key, "url"),
			"expected the URL of a registry without a path: its API is at /v2/, and a prefix of image paths belongs to a pair's repository")
	}
	for _, form := range present(child(key, "auth"), p, "api_key", "oidc") {
		p.add(child(child(key, "auth"), form),
			"expected token, token_file or username for a server of type oci; without auth, Docker's config.json is asked")
	}
}

func (s *Server) check(key string, p *problems) {
	checkURL(child(key, "url"), s.URL, p)
	choice(child(key, "type"), s.Type, p)
	s.Auth.check(child(key, "auth"), p)
	if s.Type == TypeOCI {
		s.checkRegistry(key, p)
	}
	s.TLS.check(child(key, "tls"), p)
	if s.Proxy != "" {
		checkURL(child(key, "proxy"), s.Proxy, p)
	}
	if s.Timeout == 0 {
		p.expected(child(key, "timeout"), "a duration above 0s", s.Timeout)
	}
	if s.RateLimit < 0 {
		p.expected(child(key, "rate_limit"), "a number of 0 or more", s.RateLimit)
	}
	atLeast(child(key, "max_connections"), s.MaxConnections, 1, p)
}
