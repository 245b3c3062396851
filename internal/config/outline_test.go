package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

// outline notes pairs as "name source>target".
func outline(pairs []config.Pair) string {
	var notes []string
	for _, p := range pairs {
		notes = append(notes, p.Name+" "+p.Source.Repository+">"+p.Target.Repository)
	}
	return strings.Join(notes, ", ")
}

func TestOutlineNamesPairs(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"default name", good, "dev-to-prod dev>prod"},
		{"many targets", pair("name: release\ntargets: [{repository: a}, {repository: b}]"), "release-a dev>a, release-b dev>b"},
		{"order of the file", flow("b:b>c a:a>b"), "b b>c, a a>b"},
		{"variable", pair("target: {repository: \"${REPO}\"}"), "dev-to-docker-dev dev>docker-dev"},
		{"unset variable", pair("name: a\ntarget: {repository: \"${NONE}\"}"), ""},
		{"secret that is not set", pairs + "servers: {main: {auth: {token: \"${NONE}\"}}}", "dev-to-prod dev>prod"},
		{"bad server", pairs + "servers: 5\nversion: 7\nloud: yes", "dev-to-prod dev>prod"},
		{"one bad pair", "pairs:\n  - {name: a, source: {repository: x}, target: {repository: y}, match: [1]}\n  - {source: {repository: x}, target: {repository: z}}", "x-to-z x>z"},
		{"no target", pair("match: path"), ""},
		{"no list", "pairs: 5", ""},
		{"no pairs", version, ""},
		{"no YAML", "pairs: [", ""},
		{"no mapping", "[pairs]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, outline(config.Outline(write(t, c.file), variables))); diff != "" {
				t.Errorf("Outline(%q) (-want +got):\n%s", c.file, diff)
			}
		})
	}
}

func TestOutlineAsksForNoSecret(t *testing.T) {
	file := write(t, server("url: https://a.example\nauth: {token: \"${TOKEN}\"}\n"))
	config.Outline(file, func(name string) (string, bool) {
		t.Errorf("Outline asked for %s, want nothing of a server", name)
		return "", false
	})
}

func TestOutlineOfNoFile(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{dir, filepath.Join(dir, "none.yaml")} {
		if got := config.Outline(file, variables); got != nil {
			t.Errorf("Outline(%s) = %v, want nothing", file, got)
		}
	}
}
