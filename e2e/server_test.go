//go:build e2e

package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// server is a running registry.
type server struct {
	// url is the one of sigsync's configuration, host the one of image references.
	url, host string
	// prefix stands before the names of its repositories.
	prefix string
	// settings are the rest of the server's entry in sigsync's configuration.
	settings string
	// referrers is true if it has the Referrers API.
	referrers bool
	// unlisted is true if it has no catalog.
	unlisted bool
	// spoils is a format that it cannot keep.
	spoils string
	traffic
	// login gives the tools their credentials; nil where there are none.
	login func(*desk)
	// promote copies a tag between the server's two repositories as a release pipeline does; nil where crane has to do it.
	promote func(t *testing.T, image, tag string)
}

// kind starts servers of one kind.
type kind struct {
	name  string
	start func(*testing.T) *server
}

// kinds are the registries that the tests run against.
func kinds() []kind {
	return []kind{
		{"emulator", func(t *testing.T) *server { return startEmulator(t, false) }},
		{"emulator with referrers", func(t *testing.T) *server { return startEmulator(t, true) }},
		{"distribution", func(t *testing.T) *server { return startDistribution(t, "") }},
		{"olareg", func(t *testing.T) *server { return startOlareg(t, false) }},
		{"olareg with referrers", func(t *testing.T) *server { return startOlareg(t, true) }},
		{"ggcr", func(t *testing.T) *server { return startGGCR(t, false) }},
		{"ggcr with referrers", func(t *testing.T) *server { return startGGCR(t, true) }},
	}
}

// startOCI serves a registry in this process and records what is written to it.
func startOCI(t *testing.T, registry http.Handler) *server {
	t.Helper()
	r := &recorder{next: registry}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return &server{url: s.URL, host: strings.TrimPrefix(s.URL, "http://"), prefix: "mirror/", settings: "type: oci", traffic: r}
}
