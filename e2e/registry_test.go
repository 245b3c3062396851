//go:build e2e

package e2e_test

import (
	"bufio"
	"io"
	"log"
	"net/http/httputil"
	"net/url"
	"regexp"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/olareg/olareg"
	olaregconfig "github.com/olareg/olareg/config"
)

// startGGCR runs go-containerregistry's registry, which never says OCI-Subject.
func startGGCR(t *testing.T, referrers bool) *server {
	t.Helper()
	s := startOCI(t, registry.New(registry.WithReferrersSupport(referrers), registry.Logger(log.New(io.Discard, "", 0))))
	s.referrers = referrers
	return s
}

// startOlareg runs olareg, which has no catalog.
func startOlareg(t *testing.T, referrers bool) *server {
	t.Helper()
	o := olareg.New(olaregconfig.Config{
		Storage: olaregconfig.ConfigStorage{StoreType: olaregconfig.StoreMem},
		API:     olaregconfig.ConfigAPI{Referrer: olaregconfig.ConfigAPIReferrer{Enabled: &referrers}},
	})
	t.Cleanup(func() { _ = o.Close() })
	s := startOCI(t, o)
	s.referrers, s.unlisted = referrers, true
	// An index under the fallback tag that is equal to its own list takes the place of it.
	if referrers {
		s.spoils = notationTag
	}
	return s
}

// startDistribution runs the distribution project's registry, which has no Referrers API.
func startDistribution(t *testing.T, settings string) *server {
	t.Helper()
	d := newDesk(t)
	// The password is release-password.
	d.write("htpasswd", "release:$2a$04$ZBnQK2IOWvrq22lYvZhsNe/5HQjXg6R1M5iaL04Wz2/r.qDMPSEXS\n")
	d.write("registry.yaml", `version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {inmemory: {}}
http: {addr: "127.0.0.1:0"}
`+settings)
	command := d.command(toolPath(t, "registry"), "serve", "registry.yaml")
	command.Env = append(command.Env, "OTEL_TRACES_EXPORTER=none")
	said, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return startOCI(t, httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: listening(t, said)}))
}

// startLocked runs distribution's registry behind a login, which nobody but the Docker configuration on the desk knows.
func startLocked(t *testing.T) *server {
	t.Helper()
	s := startDistribution(t, "auth: {htpasswd: {realm: house, path: htpasswd}}\n")
	s.login = func(d *desk) { d.login(s.host) }
	return s
}

// listening reads what a registry says until it says where it listens.
func listening(t *testing.T, said io.Reader) string {
	t.Helper()
	at := regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if match := at.FindStringSubmatch(lines.Text()); match != nil {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return match[1]
		}
	}
	t.Fatalf("the registry ended before it listened: %v", lines.Err())
	return ""
}
