package docs_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// installs begins what brings sigsync to a machine: the tests have it there.
const installs = "./install.sh "

// shell is a step of commands that stand on no page.
func shell(name, text string, exits ...string) step {
	return step{block: block{page: name, line: 1, language: "sh", text: text}, orders: orders{exits: exits}}
}

func needBash(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
}

// TestPipelines runs what the pipelines run: they promote an image to a
// repository that has none, bring its signatures, and audit.
func TestPipelines(t *testing.T) {
	readSources(t)
	for name, commands := range map[string]func(t *testing.T, content []byte) []string{
		"github.yml": ofGitHub, "gitlab.yml": ofGitLab, "Jenkinsfile": ofJenkins,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needBash(t)
			all := commands(t, read(t, filepath.Join(root, "examples/pipelines", name)))
			todo := []step{shell(name, "export ARTIFACTORY_TOKEN=pipeline-token IMAGE=team/api TAG=2.3 GITHUB_STEP_SUMMARY=summary.md\n")}
			installed := 0
			for _, text := range all {
				if strings.HasPrefix(text, installs) {
					installed++
					continue
				}
				todo = append(todo, shell(name, strings.TrimSpace(text)+"\n"))
			}
			if installed == 0 || len(todo) != 3 {
				t.Fatalf("%d commands, and %d that install, want 2 and some: %q", len(todo)-1, installed, all)
			}
			// Two platforms and their index.
			check := shell(name, "sigsync audit | grep in-sync\n")
			check.shown = "      3 in-sync\n"
			todo = append(todo, check)
			todo[0].needs = []string{"curl"}
			needSystemTools(t, todo)
			for _, wrong := range inPipeline(t, todo).run(todo) {
				t.Error(wrong)
			}
		})
	}
}

// inPipeline is a session with the files that pipelines find.
func inPipeline(t *testing.T, todo []step) *session {
	t.Helper()
	s := newSession(t, todo)
	for _, name := range []string{"sigsync.yaml", "promote.sh", "install.sh"} {
		s.write(name, string(read(t, filepath.Join(root, "examples/pipelines", name))))
		if err := os.Chmod(filepath.Join(s.folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func ofGitHub(t *testing.T, content []byte) []string {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	if err := yaml.Unmarshal(content, &workflow); err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, name := range []string{"promote", "audit"} {
		for _, s := range workflow.Jobs[name].Steps {
			if s.Run != "" {
				commands = append(commands, s.Run)
			}
		}
	}
	return commands
}

func ofGitLab(t *testing.T, content []byte) []string {
	t.Helper()
	type part struct {
		Before []string `yaml:"before_script"`
		Script []string
	}
	var pipeline struct{ Default, Promote, Audit part }
	if err := yaml.Unmarshal(content, &pipeline); err != nil {
		t.Fatal(err)
	}
	return []string{
		strings.Join(pipeline.Default.Before, "\n"), strings.Join(pipeline.Promote.Script, "\n"), strings.Join(pipeline.Audit.Script, "\n"),
	}
}

func ofJenkins(_ *testing.T, content []byte) []string {
	var commands []string
	for _, m := range regexp.MustCompile(`\bsh '([^']*)'`).FindAllStringSubmatch(string(content), -1) {
		commands = append(commands, m[1])
	}
	return commands
}

// TestPromotionsFailWithTheirSignatures has promote.sh fail where a signature does not arrive.
func TestPromotionsFailWithTheirSignatures(t *testing.T) {
	needBash(t)
	todo := []step{shell("promote.sh", "echo 'limits: {max_copies: 1}' >>sigsync.yaml\nARTIFACTORY_TOKEN=pipeline-token ./promote.sh team/api 2.3\n", "3")}
	todo[0].needs = []string{"curl"}
	needSystemTools(t, todo)
	for _, wrong := range inPipeline(t, todo).run(todo) {
		t.Error(wrong)
	}
}

// TestInstall installs from a server of its own, and refuses what is not what the checksums say.
func TestInstall(t *testing.T) {
	archive := packed(t, "sigsync", "#!/bin/sh\necho installed\n")
	sum := fmt.Sprintf("%x  sigsync_1.2.3_linux_amd64.tar.gz\n", sha256.Sum256(archive))
	for name, c := range map[string]struct {
		sums  string
		exits []string
		then  string
	}{
		"as signed":    {sums: strings.Repeat("0", 64) + "  other.zip\n" + sum, then: "[ \"$(bin/sigsync)\" = installed ]\n"},
		"another file": {sums: strings.Repeat("0", 64) + sum[64:], exits: []string{"1"}, then: "[ ! -e bin ]\n"},
		"not listed":   {sums: strings.Repeat("0", 64) + "  other.zip\n", exits: []string{"1"}, then: "[ ! -e bin ]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			needBash(t)
			todo := []step{shell("install.sh", "./install.sh 1.2.3\n", c.exits...), shell("install.sh", c.then)}
			todo[0].needs = []string{"curl"}
			needSystemTools(t, todo)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/v1.2.3/sigsync_1.2.3_linux_amd64.tar.gz":
					_, _ = w.Write(archive)
				case "/v1.2.3/checksums.txt":
					_, _ = w.Write([]byte(c.sums))
				default:
					http.NotFound(w, r)
				}
			}))
			defer server.Close()
			s := inPipeline(t, todo)
			script := string(read(t, filepath.Join(root, "examples/pipelines/install.sh")))
			s.write("install.sh", strings.ReplaceAll(script, "https://github.com/sigsync/sigsync/releases/download", server.URL))
			for _, wrong := range s.run(todo) {
				t.Error(wrong)
			}
		})
	}
}

// packed is an archive with one program.
func packed(t *testing.T, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))})
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
