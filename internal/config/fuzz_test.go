package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile(example)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(data), good, "", "[a: {", "&a [*a]", flow("a>b b>c"), flow("a>b b>a"),
		pair("targets: &t [{repository: $${x}, server: \"${REPO}\"}]\nimages: {include: [\"{a,b}/**\"]}\n"),
		server("url: https://a.example\ntls: {ca_file: \"${FUZZ}\"}\nauth: {token_file: \"${FUZZ}\"}\n"),
		pair("name: ${FUZZ}\ntarget: {repository: \"x${FUZZ}\"}\nimages: {exclude: [\"${FUZZ}\"]}\n"),
		good + "notify: [{url: \"http://${FUZZ}\", template: \"{{ ${FUZZ} }}\"}, {url_file: \"${FUZZ}\"}]\n",
		good + "retry: {max: \"${FUZZ}\"}\nschedule: {cron: \"${FUZZ}\"}\nserve: {listen: \"${FUZZ}\"}\n",
	} {
		for _, value := range []string{"a", "40s", " \n# a: b\n\n", "${A}", "<<", "@every 1h", "\x00\u2028"} {
			f.Add([]byte(seed), value)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, value string) {
		env := func(name string) (string, bool) { return value, name == "FUZZ" }
		c, err := config.Parse("f", data, env)
		if err != nil {
			checkErrors(t, err, breaks(data)+2)
			return
		}
		shown := show(t, c)
		if strings.Contains(shown, "'***'") {
			return
		}
		again, err := config.Parse("again", []byte(shown), env)
		if err != nil {
			t.Fatalf("Parse(Show): %v\n%s", err, shown)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("Parse(Show) (-first +again):\n%s", diff)
		}
	})
}

// breaks counts every character that may end a line of YAML.
func breaks(data []byte) int {
	n := 0
	for _, r := range string(data) {
		if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) {
			n++
		}
	}
	return n
}

// checkErrors requires that every problem stands in the file and says something.
// The YAML library puts what is missing at the end on a line of its own.
func checkErrors(t *testing.T, err error, lines int) {
	var all config.Errors
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("Parse = %T, want Errors", err)
	}
	for _, e := range all {
		if e.Line < 1 || e.Line > lines || e.Column < 1 || e.File != "f" || e.Problem == "" || strings.Contains(e.Error(), "\n") {
			t.Errorf("Parse = %+v, want a place within %d lines and one line of text", *e, lines)
		}
	}
}
