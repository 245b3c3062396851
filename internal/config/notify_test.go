package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

// notify is a file whose one target has these keys, from line 5 on.
func notify(keys string) string {
	return good + "notify:\n" + indent("  ", "- "+indent("  ", keys)[2:])
}

func TestParseProblemsOfNotify(t *testing.T) {
	const template = "f:6: notify[0].template: expected a Go template"
	testProblems(t, []problem{
		{"all of it", notify("url: \"mailto:hunter2\"\nform: xml\non: [drift, failur, drift]"), `f:5: notify[0].url: expected an http or https URL
f:6: notify[0].form: expected one of json, slack, teams, got "xml"
f:7: notify[0].on[1]: expected one of drift, failure, recovery, got "failur": did you mean failure?
f:7: notify[0].on[2]: expected each event once`},
		{"no place", notify("form: slack"), "f:5: notify[0]: expected either url or url_file"},
		{"two places", notify("url: https://hunter2.example\nurl_file: /s"), "f:5: notify[0]: expected either url or url_file"},
		{"empty URL", notify("url: \"${EMPTY}\""), "f:5: notify[0].url: expected an http or https URL"},
		{"no host", notify("url: \"https://:443/x\""), "f:5: notify[0].url: expected an http or https URL"},
		{"empty file", notify("url_file: \"\""), "f:5: notify[0].url_file: expected the name of a file with a URL"},
		{"repeat", notify("url: https://a.example\nrepeat: 6"), `f:6: notify[0].repeat: expected a duration of 0s or more with its unit, such as 30s, got "6"`},
		{"template of slack", notify("url: https://a.example\ntemplate: x\nform: slack"), "f:6: notify[0].template: expected form json beside it, got slack"},
		{"template of teams", notify("url: https://a.example\ntemplate: x\nform: teams"), "f:6: notify[0].template: expected form json beside it, got teams"},
		{"template", notify("url: https://a.example\ntemplate: |\n  {\n    \"a\": {{ json .Title\n  }"), template + `, in line 3 of it: unexpected "}" in operand`},
		{"function", notify("url: https://a.example\ntemplate: '{{ jsn . }}'"), template + `, in line 1 of it: function "jsn" not defined`},
		{"template with a variable", notify("url: https://a.example\ntemplate: '{{ ${TOKEN} }}'"), template + `, whose line 1 is wrong`},
		{"template with a control", notify("url: https://a.example\ntemplate: \"a\\eb\""), "f:6: notify[0].template: expected lines of text without control characters"},
		{"lines of a URL", notify("url: |\n  https://a.example\n  x"), "f:5: notify[0].url: expected one line of text without control characters"},
	})
}

func TestParseTakesTargets(t *testing.T) {
	got := parse(t, notify("url: \"https://flows.example/x?sig=${TOKEN}\"\ntemplate: |\n  {\n  \t\"a\": {{ json .Title | text }}\n  }\nrepeat: 90m")+
		"  - {url_file: /run/slack, form: slack, on: [failure]}\n").Notify
	want := []config.Notify{
		{
			URL: "https://flows.example/x?sig=s3cr3t", Form: config.NotifyJSON, Repeat: 90 * time.Minute,
			On:       []config.Event{config.EventDrift, config.EventFailure, config.EventRecovery},
			Template: "{\n\t\"a\": {{ json .Title | text }}\n}\n",
		},
		{URLFile: "/run/slack", Form: config.NotifySlack, On: []config.Event{config.EventFailure}},
	}
	// Masks are equal, whatever is behind them.
	reveal := cmp.Options{
		cmp.Transformer("reveal", func(s config.Secret) string { return s.Reveal() }),
		cmp.Transformer("revealTemplate", func(s config.Template) string { return s.Reveal() }),
	}
	if diff := cmp.Diff(want, got, reveal); diff != "" {
		t.Errorf("notify (-want +got):\n%s", diff)
	}
}

func TestTheProblemOfATemplateIsOneLine(t *testing.T) {
	_, err := config.Parse("f", []byte(notify("url: https://a.example\ntemplate: |\n  {{ `\n  hunter2\n  ` `b` }}{{ \"x\n  y")), variables)
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("Parse = %v, want one problem in one line", err)
	}
}
