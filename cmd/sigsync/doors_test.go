package main

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/reconcile"
)

// serve runs many times with one password. It is sent again when it has changed.
func TestARefusedPasswordIsNotSentByTheNextRun(t *testing.T) {
	g := newGround(t, nil, "", func(*tree.Store) {})
	password := filepath.Join(t.TempDir(), "password")
	c := g.load(t, password)
	log, _ := test.NewNullLogger()
	p := newPass(environment{stdout: io.Discard, stderr: io.Discard}, &globals{}, armed)
	s, err := p.setUp(c, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		password   string
		exit, most int
	}{{"wrong", 1, 1}, {"wrong", 1, 0}, {"secret", 0, 100}, {"worse", 1, 1}, {"worse", 1, 0}} {
		if err := os.WriteFile(password, []byte(step.password), 0o600); err != nil {
			t.Fatal(err)
		}
		g.server.ResetLog()
		r, _, err := p.once(t.Context(), s, "", func(*reconcile.Options) {})
		if err != nil || r.Run.ExitCode != step.exit {
			t.Fatalf("run with %s = %v, %v, want exit %d", step.password, r, err, step.exit)
		}
		refused := 0
		for _, e := range g.server.Log() {
			if e.Status == http.StatusUnauthorized {
				refused++
			}
		}
		if sent := len(g.server.Log()); sent > step.most || step.exit == 0 && sent == 0 || refused > 1 {
			t.Errorf("%d requests with %s, %d refused, want at most %d", sent, step.password, refused, step.most)
		}
	}
}

// load reads the configuration, with the password from a file.
func (g *ground) load(t *testing.T, password string) *config.Config {
	t.Helper()
	content, err := os.ReadFile(g.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(password, []byte("first"), 0o600); err != nil {
		t.Fatal(err)
	}
	content = []byte(strings.Replace(string(content), "password: secret", "password_file: "+password, 1))
	if err := os.WriteFile(g.config, content, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(g.config, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What one place says of credentials is not known of another, or of others.
func TestDoorsAreOfAPlaceAndItsCredentials(t *testing.T) {
	known := doors{}
	auth := config.Auth{Username: "sync", Password: "first"}
	first := known.of("main", &config.Server{URL: "https://a.example", Auth: auth})
	for name, c := range map[string]struct {
		server config.Server
		same   bool
	}{
		"the same":             {config.Server{URL: "https://a.example", Auth: auth, MaxConnections: 3}, true},
		"another place":        {config.Server{URL: "https://b.example", Auth: auth}, false},
		"another password":     {config.Server{URL: "https://a.example", Auth: config.Auth{Username: "sync", Password: "second"}}, false},
		"a password in a file": {config.Server{URL: "https://a.example", Auth: config.Auth{Username: "sync", PasswordFile: "password"}}, false},
	} {
		if got := maps.Clone(known).of("main", &c.server) == first; got != c.same {
			t.Errorf("%s: the same door = %t, want %t", name, got, c.same)
		}
	}
	known.forget()
	if known.of("main", &config.Server{URL: "https://a.example", Auth: auth}) == first {
		t.Error("the same door after it was to be forgotten")
	}
}
