package config_test

import (
	"strings"
	"testing"
)

func TestParseProblemsOfSettings(t *testing.T) {
	const form = "f:4: schedule.cron: expected a cron line of five fields, got "
	const gateway = "f:4: metrics.pushgateway: expected an http or https URL without query and fragment"
	const job = "f:4: metrics.job: expected a name of letters, digits, _, -, . and : that begins with a letter or a digit, got "
	testProblems(t, []problem{
		{"no scan", good + "concurrency: {scan: 0}", "f:4: concurrency.scan: expected a number of 1 or more, got 0"},
		{"no copy", good + "concurrency: {copy: -1}", "f:4: concurrency.copy: expected a number of 1 or more, got -1"},
		{"no attempt", good + "retry: {attempts: 0}", "f:4: retry.attempts: expected a number of 1 or more, got 0"},
		{"shrinking wait", good + "retry: {initial: 31s}", "f:4: retry.max: expected at least retry.initial, got 30s"},
		{"state", good + "fail_on:\n  - missing\n  - unsignd\n  - none\n", `f:6: fail_on[1]: expected one of in-sync, ahead, missing, partial, stale, diverged, unsigned, orphan, suspect, unknown, got "unsignd": did you mean unsigned?
f:7: fail_on[2]: expected one of in-sync, ahead, missing, partial, stale, diverged, unsigned, orphan, suspect, unknown, got "none"`},
		{"four fields", good + `schedule: {cron: "* * * *"}`, form + `"* * * *"`},
		{"six fields", good + `schedule: {cron: "0 * * * * *"}`, form + `"0 * * * * *"`},
		{"no line", good + `schedule: {cron: ""}`, form + `""`},
		{"minute 60", good + `schedule: {cron: "60 * * * *"}`, form + `"60 * * * *"`},
		{"descriptor", good + `schedule: {cron: "@reboot"}`, form + `"@reboot"`},
		{"zone in the line", good + `schedule: {cron: "TZ=UTC * * * * *"}`, `f:4: schedule.cron: expected a cron line without a timezone, which has its own key, got "TZ=UTC * * * * *"`},
		{"zone alone", good + `schedule: {cron: "CRON_TZ=UTC"}`, `f:4: schedule.cron: expected a cron line without a timezone, which has its own key, got "CRON_TZ=UTC"`},
		{"no such day", good + `schedule: {cron: "0 0 31 2 *"}`, `f:4: schedule.cron: expected a cron line that names a day which exists, got "0 0 31 2 *"`},
		{"interval", good + `schedule: {cron: "@every -5m"}`, `f:4: schedule.cron: expected an interval of a second or more, got "@every -5m"`},
		{"timezone", good + "schedule: {timezone: Mars/Olympus}", `f:4: schedule.timezone: expected the name of a timezone such as Europe/Berlin, got "Mars/Olympus"`},
		{"no timezone", good + `schedule: {timezone: ""}`, `f:4: schedule.timezone: expected the name of a timezone such as Europe/Berlin, got ""`},
		{"level", good + "log: {level: warning}", `f:4: log.level: expected one of error, warn, info, debug, trace, got "warning"`},
		{"format", good + "log: {format: jsno}", `f:4: log.format: expected one of auto, text, json, got "jsno": did you mean json?`},
		{"limits", good + "limits: {max_copies: -1, max_failures: -2, max_failure_percent: 101}", `f:4: limits.max_copies: expected a number of 0 or more, got -1
f:4: limits.max_failures: expected a number of 0 or more, got -2
f:4: limits.max_failure_percent: expected a percentage from 0 to 100, got 101`},
		{"percent", good + "limits: {max_failure_percent: -1}", "f:4: limits.max_failure_percent: expected a percentage from 0 to 100, got -1"},
		{"run_timeout", good + "run_timeout: -1s", "f:4: run_timeout: expected a duration of 0s or more with its unit, such as 30s, got \"-1s\""},
		{"listen", good + "serve: {listen: localhost}", `f:4: serve.listen: expected a host and port such as 127.0.0.1:8080, or "" for none, got "localhost"`},
		{"port", good + `serve: {listen: "localhost:65536"}`, `f:4: serve.listen: expected a host and port such as 127.0.0.1:8080, or "" for none, got "localhost:65536"`},
		{"webhook that nobody can call", good + `serve: {listen: "", webhook: {secret: hunter2}}`, `f:4: serve.listen: expected a host and port: the webhook has a secret, and nowhere to be called`},
		{"two secrets", good + "serve:\n  webhook: {secret: a, secret_file: b}\n", `f:5: serve.webhook: expected secret or secret_file, got both`},
		{"pushgateway", good + "metrics: {pushgateway: hunter2}", gateway},
		{"pushgateway's query", good + "metrics: {pushgateway: \"https://a:hunter2@g/?\"}", gateway},
		{"pushgateway's fragment", good + "metrics: {pushgateway: \"https://a:hunter2@g/#a\"}", gateway},
		{"pushgateway's empty fragment", good + "metrics: {pushgateway: \"https://a:hunter2@g/#\"}", gateway},
		{"pushgateway's scheme", good + "metrics: {pushgateway: \"ftp://a:hunter2@g/\"}", gateway},
		{"pushgateway's host", good + "metrics: {pushgateway: \"https://a:hunter2@/\"}", gateway},
		{"pushgateway's port", good + "metrics: {pushgateway: \"https://a:hunter2@g:a\"}", gateway},
		{"no job", good + `metrics: {job: ""}`, job + `""`},
		{"path for a job", good + `metrics: {job: a/b}`, job + `"a/b"`},
		{"dots for a job", good + `metrics: {job: ..}`, job + `".."`},
		{"job of two words", good + `metrics: {job: a b}`, job + `"a b"`},
		{"job without end", good + "metrics: {job: " + strings.Repeat("a", 201) + "}", job + `"` + strings.Repeat("a", 201) + `"`},
		{"textfile", good + "metrics: {textfile: /m.txt}", `f:4: metrics.textfile: expected a file whose name ends in .prom, which are all that the node exporter reads, got "/m.txt"`},
	})
}

func TestParseTakesEveryChoice(t *testing.T) {
	for _, lines := range []string{
		"log: {level: error}", "log: {level: warn}", "log: {level: info}", "log: {level: debug}", "log: {level: trace}",
		"log: {format: text}", "log: {format: json}", "log: {format: auto}",
		`schedule: {cron: "@every 1s"}`, `schedule: {cron: "0 0 29 2 *"}`, "schedule: {timezone: Local}",
		"fail_on: [in-sync, ahead, missing, partial, stale, diverged, unsigned, orphan, suspect, unknown]",
		`serve: {listen: "[::1]:0"}`, `serve: {listen: ""}`, "serve: {webhook: {secret_file: /s}}",
		"retry: {initial: 30s}", "limits: {max_copies: 1, max_failures: 1, max_failure_percent: 100, allow_tag_eviction: true}",
		"run_timeout: 1h30m", `metrics: {pushgateway: "https://user:p%40ss@gateway.example:9091/prefix/", job: team-1_a.b:c, textfile: /var/lib/a.prom}`,
	} {
		parse(t, good+lines)
	}
	for _, lines := range []string{
		"transport: copy", "transport: auto", "match: path", "attestation_only: hold", "referrers: auto", "referrers: never",
	} {
		parse(t, pair("target: {repository: prod}\n"+lines))
	}
}
