package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/report"
)

// ground is an emulated Artifactory, and a configuration of the program for it.
type ground struct {
	t      *testing.T
	server *emulator.Server
	// checker is nil where writes are not watched.
	checker *invariant.Checker
	config  string
}

const source, target = "docker-dev-local", "docker-prod-local"

// newGround fills a server. Settings are added to the
// configuration. The account may replace what is there, so that nothing but
// sigsync itself keeps it from doing harm.
func newGround(t *testing.T, referrers []string, settings string, fill func(*tree.Store)) *ground {
	t.Helper()
	server, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{
			{Key: source, Referrers: slices.Contains(referrers, source)}, {Key: target, Referrers: slices.Contains(referrers, target)},
		},
		Users: []access.User{{Name: "sigsync", Password: "secret", Permissions: []access.Permission{
			{Repositories: []string{"*"}, Rights: access.Read},
			{Repositories: []string{target}, Rights: access.Deploy | access.Delete},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	fill(server.Tree())
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	g := &ground{t: t, server: server, config: filepath.Join(t.TempDir(), "sigsync.yaml")}
	content := fmt.Sprintf(`version: 1
servers: {main: {url: "%s/artifactory", timeout: 20s, auth: {username: sigsync, password: secret}}}
pairs: [{source: {repository: %s}, target: {repository: %s}, on_difference: merge}]
retry: {attempts: 5, initial: 1ms, max: 20ms}
log: {level: error}
%s
`, web.URL, source, target, settings)
	if err := os.WriteFile(g.config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return g
}

// watched begins to look at every write.
func (g *ground) watched() *ground {
	g.checker = invariant.Watch(g.server.Tree(), source, target)
	return g
}

// sync is the program, a process of its own, ready to be started.
func (g *ground) sync(ctx context.Context) *child {
	c := &child{Cmd: exec.CommandContext(ctx, "sigsync", "sync", "--config", g.config, "-o", "json")}
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "NO_PROXY=127.0.0.1")
	c.Stdout, c.Stderr = &c.out, &c.err
	return c
}

// child is a process and what it said.
type child struct {
	*exec.Cmd
	out, err bytes.Buffer
}

// ended runs a child to its end, and returns its exit code and report; nil
// where it wrote none.
func (c *child) ended() (code int, r *report.Report) {
	_ = c.Run()
	r = &report.Report{}
	if json.Unmarshal(c.out.Bytes(), r) != nil {
		r = nil
	}
	return c.ProcessState.ExitCode(), r
}

// contents is what is at the target.
func (g *ground) contents() map[string]string { return invariant.Contents(g.server.Tree(), target) }

// held fails the test for everything that did not hold.
func (g *ground) held() {
	g.t.Helper()
	for _, broken := range g.checker.Broken() {
		g.t.Error(broken)
	}
}
