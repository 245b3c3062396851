package config_test

import "testing"

func TestParseExpandsReferences(t *testing.T) {
	for text, want := range map[string]string{
		"${REPO}":                 "docker-dev",
		"a-${REPO}-b":             "a-docker-dev-b",
		"${AZ_az09}":              "x",
		"${REPO}${COUNT}":         "docker-dev7",
		"${NONE:-fallback}":       "fallback",
		"${NONE:-}x":              "x",
		"${EMPTY:-fallback}":      "fallback",
		"${REPO:-fallback}":       "docker-dev",
		"x${EMPTY}":               "x",
		"$${REPO}":                "${REPO}",
		"$$${REPO}":               "$${REPO}",
		"${REPO}$${REPO}${REPO}":  "docker-dev${REPO}docker-dev",
		"$REPO $$ $":              "$REPO $$ $",
		"'}{$'":                   "}{$",
		"${YAML}":                 "[a, b]: c",
		"${REFERENCE}":            "${TOKEN}",
		"'${REPO}'":               "docker-dev",
		"\"${REPO}\"":             "docker-dev",
		"a # ${NONE}":             "a",
		"!!str ${COUNT}":          "7",
		"|-\n        ${REPO}\n":   "docker-dev",
		"${NONE:-a:-b}":           "a:-b",
		"${NONE:-2006-01-02T:05}": "2006-01-02T:05",
	} {
		c := parse(t, server("url: https://a.example\nauth:\n  token_file: "+text+"\n"))
		if got := c.Servers["main"].Auth.TokenFile; got != want {
			t.Errorf("Parse of %s = %q, want %q", text, got, want)
		}
	}
}

func TestParseExpandsOtherTypes(t *testing.T) {
	c := parse(t, good+`
concurrency: {scan: "${COUNT}", copy: "${NONE:-9}"}
retry: {max: "${WAIT}", initial: "${COUNT}ms"}
schedule: {run_on_start: "${NO:-false}"}
fail_on: ["${NONE:-stale}"]
`)
	if c.Concurrency.Scan != 7 || c.Concurrency.Copy != 9 {
		t.Errorf("concurrency = %+v, want 7 and 9", c.Concurrency)
	}
	if c.Retry.Max.String() != "1m30s" || c.Retry.Initial.String() != "7ms" {
		t.Errorf("retry = %+v, want 1m30s and 7ms", c.Retry)
	}
	if c.Schedule.RunOnStart || c.FailOn[0] != "stale" {
		t.Errorf("run_on_start = %v, fail_on = %v, want false and stale", c.Schedule.RunOnStart, c.FailOn)
	}
}

func TestParseProblemsOfReferences(t *testing.T) {
	in := func(value string) string { return server("url: https://a.example\nauth:\n  token: " + value + "\n") }
	const key = "f:7: servers.main.auth.token: "
	testProblems(t, []problem{
		{"unset", in("${NONE}"), key + "variable NONE is not set: set it or write ${NONE:-default}"},
		{"unterminated", in("a${TOKEN"), key + "expected a } after ${: write $${ for a literal ${"},
		{"no name", in("${}"), key + "expected ${NAME} or ${NAME:-default}: write $${ for a literal ${"},
		{"part of a password", in("x${hunter 2}"), key + "expected ${NAME} or ${NAME:-default}: write $${ for a literal ${"},
		{"other operator", in("${TOKEN-x}"), key + "expected ${NAME} or ${NAME:-default}: write $${ for a literal ${"},
		{"digit first", in("${1A}"), key + "expected ${NAME} or ${NAME:-default}: write $${ for a literal ${"},
		{"nested", in("${NONE:-${TOKEN}}"), key + "expected a default without a reference of its own"},
		{"not UTF-8", in("${LATIN1}"), key + "variable LATIN1 is not UTF-8 text"},
		{"never in keys", good + "${LOG}: {}\n", "f:4: \"${LOG}\": unknown key: expected one of " +
			"version, servers, pairs, concurrency, retry, fail_on, schedule, log, limits, run_timeout, cache, serve, metrics, notify"},
		{"part of a number", good + "concurrency: {copy: \"1${COUNT}\"}\n", "f:4: concurrency.copy: expected a whole number, got a string"},
		{"duration without unit", good + "retry: {max: \"${COUNT}\"}\n", `f:4: retry.max: expected a duration of 0s or more with its unit, such as 30s, got the value of "${COUNT}"`},
	})
}

// A variable in the wrong place may be a secret.
func TestParseNeverShowsVariables(t *testing.T) {
	testProblems(t, []problem{
		{"number", good + "concurrency: {copy: \"${TOKEN}\"}\n", `f:4: concurrency.copy: expected a whole number, got the value of "${TOKEN}"`},
		{"choice", good + "log: {level: \"${TOKEN}\"}\n", `f:4: log.level: expected one of error, warn, info, debug, trace, got the value of "${TOKEN}"`},
		{"URL", server("url: ${TOKEN}\n"), `f:5: servers.main.url: expected an http or https URL, got the value of "${TOKEN}"`},
		{"repository", pair("target: {repository: \"a b ${TOKEN}\"}\n"), `f:5: pairs[0].target.repository: expected a repository key, got the value of "a b ${TOKEN}"`},
	})
}
