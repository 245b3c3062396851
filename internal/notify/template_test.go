package notify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/notify"
)

// made tells one target with a template, and returns what it was sent, if it
// was, and the log.
func made(t *testing.T, template string, o notify.Outcome) (string, string) {
	t.Helper()
	in := newInbox(t)
	w := newWorld(t, notify.Target{URL: in.URL, Form: notify.JSON, On: everything(), Template: template})
	w.Tell(t.Context(), o)
	return string(bytes.Join(in.sent(), nil)), w.log.String()
}

func TestTemplates(t *testing.T) {
	for _, c := range []struct{ template, want string }{
		{`{"text": {{ json .Title }}}`, `{"text": "sigsync sync: something is left"}`},
		{" [1] \n", `[1]`},
		{`{"text": "{{ .Title }}, {{ .Run.ExitCode }}"}`, `{"text": "sigsync sync: something is left, 3"}`},
		{`{"at": "{{ .Run.Started }}", "it": {{ json .Run.Started }}}`, `{"at": "2026-01-02T03:00:00Z", "it": "2026-01-02T03:00:00Z"}`},
		{`{"ok": {{ eq .Event "recovery" }}, "n": {{ .Left.missing }}, "s": {{ index .States "in-sync" }}}`, `{"ok": false, "n": 1, "s": 43}`},
		{`[{{ range $i, $f := .Findings }}{{ if $i }}, {{ end }}{{ json $f.Image }}{{ end }}]`, `["team/app", "team/web"]`},
		{`[{{ range .Findings }}{{ with .Reason }}"{{ . }}",{{ else }}{{ end }}{{ end }}0]`, `["User doesn't have permissions","names another image",0]`},
		{`{{ define "x" }}"{{ . }}"{{ end }}[{{ template "x" .Title }}]`, `["sigsync sync: something is left"]`},
		{`{"before": {{ with .Before }}{{ .ExitCode }}{{ else }}null{{ end }}}`, `{"before": null}`},
		{`{"x": "{{ printf "%d-%s" .Run.ExitCode .Run.ID | text }}{{/* no */}}"}`, `{"x": "3-run-1"}`},
		{`{"x": "{{ "a\"b" | text }}"}`, `{"x": "a\"b"}`},
		{`{"x": "{{ $a := "a\"b" }}{{ $a }}{{ len $a }}"}`, `{"x": "a\"b3"}`},
		{`{"x": "{{ print "a" "b" }}{{ html "<" }}{{ js "'" }}{{ urlquery "a b" }}"}`, `{"x": "ab&lt;\\'a+b"}`},
	} {
		got, log := made(t, c.template, drift())
		if got != c.want {
			t.Errorf("template %s made %s, want %s; log %s", c.template, got, c.want, log)
		}
	}
}

func TestATemplateCanMakeAllOfAMessage(t *testing.T) {
	got, _ := made(t, "{{ json . }}", drift())
	var m notify.Message
	strictly(t, []byte(got), &m)
	if diff := cmp.Diff(message(t, drift()), m); diff != "" {
		t.Errorf("message (-usual +template's):\n%s", diff)
	}
}

func TestNoWordFromOutsideEndsATextOfATemplate(t *testing.T) {
	const template = `{"a": "{{ (index .Pairs 0).Name }}", "b": {{ json .Error }}, "c": "{{ range .Findings }}{{ .Reason }}{{ else }}-{{ end }}", ` +
		`"d": "{{ with .Run }}{{ .ID }}{{ end }}", "e": "{{ if true }}{{ .Run.Version | print }}{{ end }}"}`
	for _, word := range pings() {
		got, log := made(t, template, hostile(word))
		var m map[string]string
		if err := json.Unmarshal([]byte(got), &m); err != nil || len(m) != 5 {
			t.Errorf("template with %q made %s, %v; log %s", word, got, err, log)
		}
	}
}

func TestBadTemplatesAreToldAsFailures(t *testing.T) {
	const secret = "hunter2hunter2"
	for _, c := range []struct{ name, template, want string }{
		{"no JSON", `{"text": ` + secret + `}`, "what it makes is no JSON"},
		{"nothing", `{{ if false }}x{{ end }}`, "what it makes is no JSON"},
		{"two values", `1 2`, "what it makes is no JSON"},
		{"no such field", "{\n{{ .Titel }}", "template:2:3: can't evaluate field Titel in type notify.Message"},
		{"no such key", `{{ .Left.mising }}`, `map has no entry for key`},
		{"out of range", `{{ (index .Findings 100).Image }}{{ "` + secret + `" }}`, "index out of range"},
		{"nothing there", `{{ .Before.ExitCode }}`, "nil pointer"},
		{"a loop", `{{ range 10000000000 }}{{ end }}`, "it takes more than 10,000 steps"},
		{"a loop in a loop", `{{ range 10000 }}{{ with "x" }}{{ range 10000 }}{{ $x := 1 }}{{ end }}{{ end }}{{ end }}`, "it takes more than 10,000 steps"},
		{"itself", `{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}`, "it takes more than 10,000 steps"},
		{"much", `{{ range 9000 }}` + strings.Repeat("x", 100) + `{{ end }}`, "it makes more than 256 KiB"},
		{"much at once", `{{ printf "%300000d" 1 }}`, "it makes more than 256 KiB"},
		{"more and more", `{{ $x := "xx" }}{{ range 9000 }}{{ $x = print $x $x }}{{ end }}`, "it makes more than 256 KiB"},
		{"more and more lines", `{{ $x := "xx" }}{{ range 9000 }}{{ $x = println $x $x }}{{ end }}`, "it makes more than 256 KiB"},
		{"more and more quotes", `{{ $x := "<" }}{{ range 17 }}{{ $x = print $x $x }}{{ end }}{{ $x = html $x }}`, "it makes more than 256 KiB"},
		{"more and more escapes", `{{ $x := "<" }}{{ range 17 }}{{ $x = print $x $x }}{{ end }}{{ $x = js $x }}`, "it makes more than 256 KiB"},
		{"more and more percents", `{{ $x := "<" }}{{ range 17 }}{{ $x = print $x $x }}{{ end }}{{ $x = urlquery $x }}`, "it makes more than 256 KiB"},
		{"more and more JSON", `{{ $x := "\"\"" }}{{ range 9000 }}{{ $x = json $x }}{{ end }}`, "it makes more than 256 KiB"},
		{"a panic", `{{ slice .Title 100 200 }}`, "out of range"},
		{"a call of nothing", `{{ call .Title }}`, "call"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, log := made(t, c.template, drift())
			if got != "" || !strings.Contains(log, "notify target 1 (json): could not be told") || !strings.Contains(log, c.want) {
				t.Errorf("template made %.100s, log %s, want %s", got, log, c.want)
			}
			if !strings.Contains(log, "level=warning msg=\"notify target 1 (json): the template may not work\"") {
				t.Errorf("log = %s, want a warning before it matters", log)
			}
			if strings.Contains(log, secret) {
				t.Errorf("log = %s, which has a word of the template", log)
			}
		})
	}
}

func TestAGoodTemplateIsNotWarnedOf(t *testing.T) {
	if _, log := made(t, `{"a": {{ json (index .Findings 0).Image }}}`, drift()); !strings.Contains(log, "failure: ") {
		t.Errorf("log = %s, want a warning of a failure, which may have no findings", log)
	}
	if _, log := made(t, `{"a": {{ json .Findings }}}`, drift()); strings.Contains(log, "may not work") {
		t.Errorf("log = %s, want no warning", log)
	}
}

// The configuration knows the functions of templates, and so does this package.
func TestTheConfigurationTakesTheFunctionsOfTemplates(t *testing.T) {
	for _, name := range []string{"json", "text", "print", "printf", "len", "eq"} {
		template := fmt.Sprintf(`[{{ %s "a" "a" }}]`, name)
		if name != "eq" {
			template = fmt.Sprintf(`[{{ %s "a" }}]`, name)
		}
		if _, err := notify.New(notify.Options{Targets: []notify.Target{{URL: "https://a.example", Form: notify.JSON, Template: template}}}); err != nil {
			t.Errorf("New with %s: %v", template, err)
		}
		if _, err := config.Parse("f", []byte(file(template)), os.LookupEnv); err != nil {
			t.Errorf("Parse with %s: %v", template, err)
		}
	}
}

func file(template string) string {
	return "version: 1\nservers: {main: {url: https://a.example}}\npairs: [{source: {repository: a}, target: {repository: b}}]\n" +
		"notify:\n  - url: https://a.example\n    template: |\n      " + strings.ReplaceAll(template, "\n", "\n      ") + "\n"
}

// Every template of the documentation is taken and makes JSON of each event.
func TestTemplatesOfTheDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/notifications.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?ms)^    template: \\|\n(.*?)^(?:```|  - )").FindAllStringSubmatch(string(page), -1)
	if len(found) < 2 {
		t.Fatalf("the documentation has %d templates, want two at least", len(found))
	}
	for _, f := range found {
		for _, o := range []notify.Outcome{drift(), failure(), recovery(), none(), stopped(), hostile(`"`)} {
			if got, log := made(t, f[1], o); !json.Valid([]byte(got)) || strings.Contains(log, "level=warning") {
				t.Errorf("template made %s, log %s", got, log)
			}
		}
		if _, err := config.Parse("f", []byte(file(f[1])), func(string) (string, bool) { return "x", true }); err != nil {
			t.Errorf("Parse: %v", err)
		}
	}
}
