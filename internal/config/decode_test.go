package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseProblemsOfKeys(t *testing.T) {
	const roots = "version, servers, pairs, concurrency, retry, fail_on, schedule, log, limits, run_timeout, cache, serve, metrics, notify"
	testProblems(t, []problem{
		{"unknown", good + "colour: red\n", "f:4: colour: unknown key: expected one of " + roots},
		{"typo", good + "retry:\n  atempts: 3\n", "f:5: retry.atempts: unknown key: did you mean attempts?"},
		{"swapped letters", good + "lgo: {}\n", "f:4: lgo: unknown key: did you mean log?"},
		{"upper case", good + "LOG: {}\n", "f:4: LOG: unknown key: did you mean log?"},
		{"beginning", version + servers + "pairs: [{source: {repo: dev}, target: {repository: prod}}]", "f:3: pairs[0].source.repo: unknown key: did you mean repository?"},
		{"typo of a needed key", server("urll: https://a.example\n"), "f:5: servers.main.urll: unknown key: did you mean url?"},
		{"typo beside the right key", good + "loq: {}\nlog: {level: loud}\nlogs: {}\n", `f:4: loq: unknown key: did you mean log?
f:5: log.level: expected one of error, warn, info, debug, trace, got "loud"
f:6: logs: unknown key: did you mean log?`},
		{"odd key", good + "\"a.b\\n\": 1\n", `f:4: "a.b\n": unknown key: expected one of ` + roots},
		{"key without a space", server("url: https://a.example\nauth: {token:hunter2}\n"), "f:6: servers.main.auth: expected a space after the colon of a key"},
		{"number as key", good + "1: 1\n", "f:4: 1: unknown key: expected one of " + roots},
		{"list as key", good + "[a]: 1\n", "f:4: expected a plain key, got a list"},
		{"alias as key", good + "log: {level: &l info}\n*l : 1\n", "f:5: expected a plain key, got an alias"},
		{"merge", good + "log: &l {level: info}\nlimits:\n  <<: *l\n", "f:6: limits: merge keys (<<) are not read: write the keys out"},
		{"repeated", good + "log: {level: info}\nlog: {level: debug}\n", "f:5: log: expected the key once, got it on line 4 already"},
		{"repeated with a problem of its own", good + "log: {level: info}\nlog: {level: loud}\n", "f:5: log: expected the key once, got it on line 4 already"},
		{"repeated server", version + pairs + "servers:\n  a: {url: \"http://a\"}\n  a: {url: \"http://b\"}\n", "f:5: servers.a: expected the key once, got it on line 4 already"},
		{"server name", version + pairs + "servers: {\" a\": {url: \"http://a\"}}", `f:3: servers." a": expected a name without line breaks and without spaces at its ends, got " a"`},
	})
}

func TestParseProblemsOfTypes(t *testing.T) {
	testProblems(t, []problem{
		{"mapping for a string", server("url: {a: b}\n"), "f:5: servers.main.url: expected a string, got a mapping"},
		{"list for a mapping", good + "log: [info]\n", "f:4: log: expected a mapping, got a list"},
		{"nothing for a mapping", good + "log:\n", "f:4: log: expected a mapping, got nothing"},
		{"string for servers", version + pairs + "servers: main\n", "f:3: servers: expected a mapping, got a string"},
		{"nothing for a server", version + pairs + "servers: {main: }\n", "f:3: servers.main: expected a mapping, got nothing"},
		{"string for a list", good + "fail_on: missing\n", "f:4: fail_on: expected a list, got a string"},
		{"mapping for pairs", version + servers + "pairs: {a: b}", "f:3: pairs: expected a list, got a mapping"},
		{"string for a pair", version + servers + "pairs:\n  - a\n", "f:4: pairs[0]: expected a mapping, got a string"},
		{"number for a string", pair("target: {repository: 12}\n"), "f:5: pairs[0].target.repository: expected a string, got a number: put it in quotes"},
		{"boolean for a string", good + "fail_on: [true]\n", "f:4: fail_on[0]: expected a string, got true or false: put it in quotes"},
		{"date for a string", good + "fail_on: [2026-01-01]\n", "f:4: fail_on[0]: expected a string, got a date: put it in quotes"},
		{"nothing for a string", server("url: https://a.example\nproxy:\n"), "f:6: servers.main.proxy: expected a string, got nothing"},
		{"tag for a string", good + "fail_on: [!x unknown]\n", "f:4: fail_on[0]: expected a string, got a value with a tag: put it in quotes"},
		{"secret that is a number", server("url: https://a.example\nauth: {token: 12345}\n"), "f:6: servers.main.auth.token: expected a string, got a number: put it in quotes"},
		{"string for a number", good + "concurrency: {copy: \"4\"}\n", "f:4: concurrency.copy: expected a whole number, got a string"},
		{"fraction for a whole number", good + "concurrency: {copy: 1.5}\n", "f:4: concurrency.copy: expected a whole number, got a number"},
		{"hexadecimal", good + "concurrency: {copy: 0x10}\n", `f:4: concurrency.copy: expected a whole number, got "0x10"`},
		{"huge", good + "concurrency: {copy: 9999999999999999999}\n", `f:4: concurrency.copy: expected a whole number, got "9999999999999999999"`},
		{"infinite", server("url: https://a.example\nrate_limit: .inf\n"), `f:6: servers.main.rate_limit: expected a number, got ".inf"`},
		{"infinite variable", server("url: https://a.example\nrate_limit: ${INF}\n"), `f:6: servers.main.rate_limit: expected a number, got the value of "${INF}"`},
		{"negative infinite variable", server("url: https://a.example\nrate_limit: ${MINUS_INF}\n"), `f:6: servers.main.rate_limit: expected a number, got the value of "${MINUS_INF}"`},
		{"not a number", server("url: https://a.example\nrate_limit: ${NAN}\n"), `f:6: servers.main.rate_limit: expected a number, got the value of "${NAN}"`},
		{"yes", good + "schedule: {run_on_start: yes}\n", "f:4: schedule.run_on_start: expected true or false, got a string"},
	})
}

func TestParseProblemsOfDurations(t *testing.T) {
	const expected = "f:4: retry.max: expected a duration of 0s or more with its unit, such as 30s, got "
	for text, got := range map[string]string{
		"30": `"30"`, "0": `"0"`, `"30"`: `"30"`, `"0"`: `"0"`, "1.5": `"1.5"`, "-5s": `"-5s"`, "30 s": `"30 s"`, "1d": `"1d"`, `""`: `""`,
		"9999999h": `"9999999h"`, "true": "true or false", "[30s]": "a list", "": "nothing",
	} {
		t.Run(text, func(t *testing.T) {
			testProblems(t, []problem{{"retry", good + "retry: {max: " + text + "}\n", expected + got}})
		})
	}
}

func TestParseFollowsAliases(t *testing.T) {
	want := parse(t, pair("targets: [{repository: prod}, {repository: stage}]\nfamilies: [sbom]\nimages: {include: [sbom]}\n"))
	got := parse(t, pair("targets: [{repository: prod}, {repository: stage}]\nfamilies: &f [sbom]\nimages: {include: *f}\n"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse with an alias (-without +with):\n%s", diff)
	}
}

func TestParseFollowsAliasesUpToTheLimit(t *testing.T) {
	const limit = 10_000 // the list counts as well
	in := func(globs int) string {
		return pair("target: {repository: prod}\nimages:\n  include: &g [" + strings.Repeat("a,", globs) + "]\n  exclude: *g\n")
	}
	if got := len(parse(t, in(limit-1)).Pairs[0].Images.Exclude); got != limit-1 {
		t.Errorf("Parse read %d values through an alias, want %d", got, limit-1)
	}
	testProblems(t, []problem{
		{"one more", in(limit), "f:7: pairs[0].images.exclude[9999]: expected aliases for at most 10000 values"},
	})
}

func TestParseRefusesAliasBombs(t *testing.T) {
	globs := strings.Repeat("a,", 1000) + "a"
	many := func(n int) string {
		return pair("target: {repository: prod}\nimages:\n  include: &g ["+globs+"]\n") +
			"  " + strings.Repeat("  - {source: {repository: x}, target: {repository: y}, images: {include: *g}}\n  ", n)
	}
	testProblems(t, []problem{
		{"list", many(10), "f:7: pairs[10].images.include[981]: expected aliases for at most 10000 values"},
		{"cycle", version + servers + "pairs: &p [*p]\n", "f:3: pairs[0]: expected a mapping, got a list"},
	})
}
