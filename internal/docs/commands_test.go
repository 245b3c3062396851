package docs_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// step is a block that does something: commands, or a file that they find.
type step struct {
	block
	orders
	file  string
	shown string // what the page says is the output
}

// steps are the blocks of a page that do something and can do it here.
func steps(p page) ([]step, error) {
	var found []step
	left := false // the block before was one of commands, and not taken
	for _, b := range p.blocks() {
		name, isFile := b.mark("file")
		switch {
		case isFile:
			found = append(found, step{block: b, file: name})
		case b.language == "sh":
			o, err := b.read()
			if err != nil {
				return nil, err
			}
			if left = o.skipped || tools() == "" && slices.ContainsFunc(o.needs, built); !left {
				found = append(found, step{block: b, orders: o})
			}
		case b.language == "text" && len(found) > 0 && !left:
			last := &found[len(found)-1]
			if last.file == "" && last.shown == "" {
				last.shown = b.text
			}
		}
	}
	return found, nil
}

func built(tool string) bool { return slices.Contains(builtTools(), tool) }

// TestCommands runs the commands of every page, in the order of the page.
func TestCommands(t *testing.T) {
	readSources(t)
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	for _, p := range pages(t) {
		todo, err := steps(p)
		if err != nil {
			t.Error(err)
		}
		if !slices.ContainsFunc(todo, func(st step) bool { return st.file == "" }) {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			needSystemTools(t, todo)
			for _, wrong := range newSession(t, todo).run(todo) {
				t.Error(wrong)
			}
		})
	}
}

// needSystemTools skips a page whose tools this machine does not have: the
// tests need nothing but Go. make e2e insists on them.
func needSystemTools(t *testing.T, todo []step) {
	t.Helper()
	for _, st := range todo {
		for _, name := range st.needs {
			_, err := exec.LookPath(name)
			switch {
			case err == nil || built(name):
			case tools() == "":
				t.Skip(err)
			default:
				t.Fatal(err)
			}
		}
	}
}

// goCache and goModCache are those of the person who runs the tests: go would
// look for them in another home.
func goCache(t *testing.T) string    { return goVariable(t, "GOCACHE") }
func goModCache(t *testing.T) string { return goVariable(t, "GOMODCACHE") }

func goVariable(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestCommandsAreJudged holds the test itself to what it has to notice.
func TestCommandsAreJudged(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		want string
	}{
		"all is well":       {"```sh\necho a\nx=1\n```\n```text\na\n```\n```sh\necho $x\n```\n```text\n1\n```\n", ""},
		"a failure":         {"```sh\nfalse\necho a\n```\n", "x.md:1: exit codes other than 0 = [1], want []"},
		"in a pipe":         {"```sh\nfalse | cat\n```\n", "want []"},
		"an announced one":  {"<!-- run: exits 3 -->\n```sh\n(exit 3)\n```\n", ""},
		"another":           {"<!-- run: exits 3 -->\n```sh\n(exit 2)\n```\n", "x.md:2: exit codes other than 0 = [2], want [3]"},
		"none":              {"<!-- run: exits 3 -->\n```sh\ntrue\n```\n", "= [], want [3]"},
		"a handled one":     {"```sh\nfalse || [ $? = 1 ]\n```\n", ""},
		"an early end":      {"```sh\nexit 0\n```\n```sh\ntrue\n```\n", "x.md:1: the shell does not come to its end"},
		"a syntax error":    {"```sh\ntrue\n```\n```sh\nif\n```\n", "x.md:4: the shell does not come to its end"},
		"other output":      {"```sh\necho a\n```\n\nprints\n\n```text\nb\n```\n", "x.md:1: output = a"},
		"a file":            {"<!-- file: a.yaml -->\n```yaml\na: 1\n```\n```sh\ncat a.yaml\n```\n```text\na: 1\n```\n", ""},
		"a preparation":     {"<!-- prepare: echo a >b -->\n```sh\ncat b\n```\n```text\na\n```\n", ""},
		"its failure":       {"<!-- prepare: false -->\n```sh\ntrue\n```\n", "x.md:2: its preparation fails"},
		"in the background": {"<!-- run: in the background -->\n```sh\nbash -c 'echo up; exec sleep 60'\n```\n```text\nup\n```\n```sh\ntrue\n```\n", ""},
		"not run":           {"<!-- not run: never ends well -->\n```sh\nfalse\n```\n```text\nno\n```\n```sh\nsigsync version\n```\n", ""},
		"the server":        {"```sh\nsigsync doctor --pair dev-to-prod >/dev/null\n```\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			todo, err := steps(page{name: "x.md", lines: strings.Split(c.page, "\n")})
			if err != nil || len(todo) == 0 {
				t.Fatalf("steps = %v, %v", todo, err)
			}
			got := strings.Join(newSession(t, todo).run(todo), "\n")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("run = %q, want %q", got, c.want)
			}
		})
	}
}

// TestContinuousIntegrationRunsWhatTheReadmeSays keeps the two commands that
// newcomers run.
func TestContinuousIntegrationRunsWhatTheReadmeSays(t *testing.T) {
	script := string(read(t, filepath.Join(root, ".ci/run")))
	said := map[string]bool{}
	for _, b := range load(t, filepath.Join(root, "README.md")).blocks() {
		said[strings.TrimSpace(b.text)] = b.language == "sh"
	}
	if !said["make test"] || !strings.Contains(script, "\nmake test\n") {
		t.Error("make test is not a block of README.md and a line of .ci/run")
	}
	if !said["go run ./cmd/sigsync demo"] {
		t.Error("go run ./cmd/sigsync demo is not a block of README.md")
	}
}
