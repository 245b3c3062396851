package docs_test

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// session is what the blocks of one page are run in: a shell, a folder, and an
// emulated Artifactory where the page does not start one.
type session struct {
	t      *testing.T
	folder string // where the shell is
	notes  string // where its output goes
	tools  string // found before all others
	names  *strings.Replacer
}

// newSession makes a folder with a configuration, and starts the server.
func newSession(t *testing.T, steps []step) *session {
	s := &session{t: t, folder: t.TempDir(), notes: t.TempDir(), tools: t.TempDir()}
	own, needs := false, map[string]bool{}
	for _, st := range steps {
		own = own || strings.Contains(st.text, "artifactory-emulator")
		needs["clone"] = needs["clone"] || strings.Contains(st.text, "go run ./cmd/sigsync")
		for _, n := range st.needs {
			needs[n] = true
		}
	}
	if needs["clone"] && tools() != "" {
		clone(t, s.folder)
	}
	if needs["cosign3"] && tools() != "" {
		if err := os.Symlink(filepath.Join(tools(), "cosign3"), filepath.Join(s.tools, "cosign")); err != nil {
			t.Fatal(err)
		}
	}
	emulator, serve := freePort(t), freePort(t)
	if !own {
		emulator = s.startEmulator()
	}
	replaced := []string{
		"https://acme.jfrog.io", "http://" + emulator, "acme.jfrog.io", emulator, "127.0.0.1:8081", emulator, "127.0.0.1:8080", serve, "localhost:8080", serve,
		"artifactory-emulator --", "artifactory-emulator --listen " + emulator + " --",
	}
	if !needs["clone"] || tools() == "" {
		replaced = append(replaced, "go run ./cmd/artifactory-emulator --", "artifactory-emulator --listen "+emulator+" --", "go run ./cmd/", "")
	}
	s.names = strings.NewReplacer(replaced...)
	if !own {
		s.write("sigsync.yaml", string(read(t, "testdata/sigsync.yaml")))
	}
	return s
}

// write makes a file that the commands find.
func (s *session) write(name, content string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(s.names.Replace(content)), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// startEmulator returns the host and port of a server that lasts as long as the test.
func (s *session) startEmulator() string {
	s.t.Helper()
	command := exec.Command(filepath.Join(programs, "artifactory-emulator"), "--listen", "127.0.0.1:0", "--config", "testdata/world.yaml",
		"--sample", filepath.Join(s.folder, "cosign.pub"))
	out, err := command.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "Artifactory emulator at http://")
	if err != nil || !ok {
		s.t.Fatalf("the emulator says %q, %v", line, err)
	}
	return strings.TrimSuffix(address, "/artifactory")
}

// freePort is a host and port that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// clone copies the files of the repository.
func clone(t *testing.T, to string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		short, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if slices.Contains([]string{".git", ".tools", "bin"}, short) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, short), 0o755)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, short), read(t, name), info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// prelude has what a failing command leaves noted, and ends what a page leaves
// running. "begin N" turns the output to block N.
const prelude = `set -o pipefail
begun=()
trap 'for p in "${begun[@]}"; do kill "$p" 2>/dev/null; done; wait' EXIT
begin() { exec >"$NOTES/$1.out" 2>"$NOTES/$1.err"; codes=$NOTES/$1.codes; trap 'echo $? >>"$codes"' ERR; }
await() { until [[ -s $NOTES/$1.out || -s $NOTES/$1.err ]]; do kill -0 "${begun[-1]}" || break; sleep 0.1; done; }
`

// script is a page as one shell script: what a block sets, the next one finds.
func (s *session) script(steps []step) string {
	script := prelude
	for n, st := range steps {
		if st.file != "" {
			script += fmt.Sprintf("begin %d\ncp \"$NOTES/%s\" .\ntouch \"$NOTES/%d.done\"\n", n, st.file, n)
			if err := os.WriteFile(filepath.Join(s.notes, st.file), []byte(s.names.Replace(st.text)), 0o600); err != nil {
				s.t.Fatal(err)
			}
			continue
		}
		if st.prepare != "" {
			script += fmt.Sprintf("begin %d.before\n%s\n", n, s.names.Replace(st.prepare))
		}
		text := s.names.Replace(st.text)
		script += fmt.Sprintf("begin %d\n", n)
		if st.background {
			script += fmt.Sprintf("(exec %s\n) &\nbegun+=($!)\nawait %d\n", strings.TrimSpace(text), n)
		} else {
			script += text
		}
		script += fmt.Sprintf("touch \"$NOTES/%d.done\"\n", n)
	}
	return script
}

// patience bounds a page, should a command never end.
const patience = 4 * time.Minute

// run runs the steps of a page and returns what is wrong with them.
func (s *session) run(steps []step) []string {
	s.t.Helper()
	file := filepath.Join(s.notes, "script")
	if err := os.WriteFile(file, []byte(s.script(steps)), 0o600); err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(s.t.Context(), patience)
	defer stop()
	shell := exec.CommandContext(ctx, "bash", file)
	shell.Dir, shell.Env, shell.WaitDelay = s.folder, s.environment(), time.Second
	// How the shell ends is how its last command did, which is noted.
	out, _ := shell.CombinedOutput()
	var wrong []string
	for n, st := range steps {
		if problem := s.judge(n, st); problem != "" {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s", st.page, st.line, problem))
		}
	}
	if len(wrong) > 0 && len(out) > 0 {
		wrong = append(wrong, string(out))
	}
	return wrong
}

func (s *session) environment() []string {
	path := strings.Join([]string{s.tools, programs, tools(), os.Getenv("PATH")}, string(os.PathListSeparator))
	return append(os.Environ(), "NOTES="+s.notes, "HOME="+s.notes, "DOCKER_CONFIG="+s.notes, "XDG_CACHE_HOME=", "PATH="+path,
		// Nothing but loopback is reached.
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost", "HTTP_PROXY=http://127.0.0.1:9", "HTTPS_PROXY=http://127.0.0.1:9",
		"http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9", "GOPROXY=off", "COSIGN_PASSWORD=", "SIGSYNC_CONFIG=", "TOKEN=admin-token", "ARTIFACTORY_TOKEN=sigsync-token",
		"WEBHOOK_SECRET=a-secret", "GOFLAGS=-trimpath", "GOCACHE="+goCache(s.t), "GOMODCACHE="+goModCache(s.t))
}

// judge says what is wrong with a step that was run; "" is nothing.
func (s *session) judge(n int, st step) string {
	noted := func(kind string) string {
		content, _ := os.ReadFile(filepath.Join(s.notes, fmt.Sprintf("%d.%s", n, kind)))
		return string(content)
	}
	if before := noted("before.codes"); before != "" {
		return "its preparation fails:\n" + noted("before.err")
	}
	if _, err := os.Stat(filepath.Join(s.notes, fmt.Sprintf("%d.done", n))); err != nil {
		return "the shell does not come to its end:\n" + noted("out") + noted("err")
	}
	if got := strings.Fields(noted("codes")); !slices.Equal(got, st.exits) {
		return fmt.Sprintf("exit codes other than 0 = %v, want %v:\n%s%s", got, st.exits, noted("out"), noted("err"))
	}
	if shown := s.names.Replace(st.shown); shown != "" && !fits(shown, noted("out")) && !fits(shown, noted("err")) {
		return fmt.Sprintf("output = %s%s\nwant %s", noted("out"), noted("err"), shown)
	}
	return ""
}
