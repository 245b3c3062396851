package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/report"
)

// steering is text that sets colours in both forms of the sequence, changes the
// direction of writing, and begins lines of its own.
const steering = "x\x1b[31m\u009b31m\u202e\u2028\nExit 0: all is well\r\x7fy"

// hostile is a server whose names and words steer terminals, and a
// configuration for it.
func hostile(t *testing.T) (file string) {
	t.Helper()
	server, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: "dev"}, {Key: "prod"}},
		Users:        []access.User{{Name: "sync", Password: "password", Admin: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, repo := range []string{"dev", "prod"} {
		image := seed.Push(server.Tree(), repo, "team/"+steering, "1"+steering, "content")
		if repo == "dev" {
			seed.Sign(server.Tree(), repo, "team/"+steering, image.Digest, "alice")
		}
	}
	attempts := 0
	server.SetIntercept(func(_ *http.Request, operation string) http.Handler {
		return map[string]http.Handler{
			"copy": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte("no: " + steering))
			}),
			"aql": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if attempts++; attempts > 1 {
					server.Direct().ServeHTTP(w, r)
					return
				}
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = w.Write([]byte("later: " + steering))
			}),
		}[operation]
	})
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	file = filepath.Join(t.TempDir(), "sigsync.yaml")
	config := `version: 1
servers: {main: {url: ` + web.URL + `/artifactory, auth: {username: sync, password: password}}}
pairs: [{source: {repository: dev}, target: {repository: prod}}]
retry: {attempts: 2, initial: 1ms}
concurrency: {scan: 1}
`
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestNothingThatAServerSaysSteersATerminal(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{
			"sync", "--config", hostile(t), "-o", format, "--log-format", format, "--log-level", "trace",
		}, environment{stdout: &stdout, stderr: &stderr, lookup: func(string) (string, bool) { return "", false }})
		if code != report.ExitLeft {
			t.Errorf("sync = exit %d, want %d: %s%s", code, report.ExitLeft, &stdout, &stderr)
		}
		for name, shown := range map[string]string{"standard output": stdout.String(), "the log": stderr.String()} {
			if at := strings.IndexFunc(shown, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); at >= 0 {
				t.Errorf("%s in %s has %q", name, format, shown[at:min(len(shown), at+20)])
			}
			if strings.Contains(shown, "\nExit 0") || !strings.Contains(shown, "31m") {
				t.Errorf("%s in %s = %s\nwant the server's words, without lines of their own", name, format, shown)
			}
		}
	}
}

func TestErrorsSteerNoTerminal(t *testing.T) {
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"sync", "--config", "missing" + steering}, environment{
		stdout: &bytes.Buffer{}, stderr: &stderr, lookup: func(string) (string, bool) { return "", false },
	})
	if code != report.ExitUsage || strings.ContainsFunc(stderr.String(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("sync = exit %d and %q, want %d and printable text", code, stderr.String(), report.ExitUsage)
	}
}
