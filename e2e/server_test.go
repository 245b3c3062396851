//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

const dev, prod = "docker-dev-local", "docker-prod-local"

// house is a server with two repositories and a folder in which the tools keep
// their logins and keys.
type house struct {
	t      *testing.T
	url    string // of the REST API
	host   string // for image references
	dir    string
	server *emulator.Server
}

func newHouse(t *testing.T) *house {
	t.Helper()
	server, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: dev}, {Key: prod}},
		Users: []access.User{
			{Name: "ci", Password: "ci-password", Permissions: []access.Permission{
				{Repositories: []string{dev}, Rights: access.All}, {Repositories: []string{prod}, Rights: access.Read},
			}},
			{Name: "release", Password: "release-password", Permissions: []access.Permission{{Repositories: []string{dev, prod}, Rights: access.All}}},
			{Name: "sigsync", Tokens: []string{"sigsync-token"}, Permissions: []access.Permission{
				{Repositories: []string{dev}, Rights: access.Read}, {Repositories: []string{prod}, Rights: access.Read | access.Deploy},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	h := &house{t: t, url: s.URL + "/artifactory", host: strings.TrimPrefix(s.URL, "http://"), dir: t.TempDir(), server: server}
	h.must("crane", "auth", "login", h.host, "--username", "ci", "--password", "ci-password")
	return h
}

// tool runs a tool at home in the house's folder.
func (h *house) tool(name string, args ...string) (string, error) {
	h.t.Helper()
	command := exec.CommandContext(h.t.Context(), toolPath(h.t, name), args...)
	command.Dir = h.dir
	command.Env = append(os.Environ(), "HOME="+h.dir, "DOCKER_CONFIG="+h.dir, "COSIGN_PASSWORD=")
	out, err := command.CombinedOutput()
	return string(out), err
}

func (h *house) must(name string, args ...string) string {
	h.t.Helper()
	out, err := h.tool(name, args...)
	if err != nil {
		h.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(out)
}

// promote promotes one tag through the REST API, as a release pipeline does.
func (h *house) promote(image, tag string) {
	h.t.Helper()
	body, err := json.Marshal(map[string]any{"targetRepo": prod, "dockerRepository": image, "tag": tag, "copy": true})
	if err != nil {
		h.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+"/api/docker/"+dev+"/v2/promote", bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.SetBasicAuth("release", "release-password")
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("promote %s:%s: %s", image, tag, answer.Status)
	}
}

// sigsync runs the built program with the token in a file, and wants the exit code.
func (h *house) sigsync(want int, args ...string) string {
	h.t.Helper()
	h.write("token", "sigsync-token\n")
	h.write("sigsync.yaml", `version: 1
servers: {main: {url: "`+h.url+`", auth: {token_file: token}}}
pairs: [{source: {repository: `+dev+`}, target: {repository: `+prod+`}}]
`)
	command := exec.CommandContext(h.t.Context(), sigsyncPath, args...)
	command.Dir = h.dir
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != want {
		h.t.Fatalf("sigsync %v: exit code %d, want %d: %v\n%s", args, got, want, err, out)
	}
	return string(out)
}

func (h *house) write(name, content string) {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
}
