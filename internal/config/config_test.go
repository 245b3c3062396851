package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

const (
	version = "version: 1\n"
	servers = "servers: {main: {url: \"https://a.example\"}}\n"
	pairs   = "pairs: [{source: {repository: dev}, target: {repository: prod}}]\n"
	// good is a complete file of three lines.
	good = version + servers + pairs
)

// server is a file whose one server has these keys, from line 4 on.
func server(keys string) string {
	return version + pairs + "servers:\n  main:\n" + indent("    ", keys)
}

// pair is a file whose one pair has these keys, from line 4 on.
func pair(keys string) string {
	return version + servers + "pairs:\n" + indent("    ", "- source: {repository: dev}\n"+indent("  ", keys))
}

func indent(by, lines string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\n"+by) + "\n"
}

// variables is an environment.
func variables(name string) (string, bool) {
	value, set := map[string]string{
		"TOKEN": "s3cr3t", "EMPTY": "", "COUNT": "7", "WAIT": "90s", "YES": "true", "REPO": "docker-dev",
		"YAML": "[a, b]: c", "LATIN1": "caf\xe9", "REFERENCE": "${TOKEN}",
		"AZ_az09": "x", "INF": "Inf", "MINUS_INF": "-Inf", "NAN": "NaN",
	}[name]
	return value, set
}

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("f", []byte(text), variables)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	if problem := schemaProblem(t, text); problem != "" {
		t.Errorf("schema refuses %q: %s", text, problem)
	}
	return c
}

// problem is a file and everything that is wrong with it.
type problem struct{ name, file, want string }

func testProblems(t *testing.T, tests []problem) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := config.Parse("f", []byte(tt.file), variables)
			if err == nil {
				t.Fatalf("Parse(%q) = %+v, want %s", tt.file, c, tt.want)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.file, diff)
			}
			if c != nil {
				t.Errorf("Parse(%q) = %+v beside an error, want nil", tt.file, c)
			}
			var all config.Errors
			if !errors.As(err, &all) || len(all) != strings.Count(tt.want, "\n")+1 {
				t.Errorf("Parse(%q) = %T with %d problems, want Errors", tt.file, err, len(all))
			}
			checkRefused(t, tt.file)
		})
	}
}

func TestParseFillsInDefaults(t *testing.T) {
	want := parse(t, `
version: 1
servers:
  main:
    url: https://a.example
    type: artifactory
    auth: {}
    tls: {ca_file: "", cert_file: "", key_file: "", insecure_skip_verify: false}
    proxy: ""
    timeout: 30s
    rate_limit: 0
    max_connections: 32
pairs:
  - name: dev-to-prod
    source: {server: main, repository: dev}
    target: {server: main, repository: prod}
    images: {include: ["**"], exclude: []}
    families: [signature, attestation, sbom]
    referrers: auto
    match: path
    attestation_only: hold
    on_difference: report
    transport: auto
    verify: {binding: false, keys: [], keep_unverified: false}
concurrency: {scan: 3, copy: 16}
retry: {attempts: 5, initial: 200ms, max: 30s}
fail_on: [missing, partial, stale, diverged, suspect, unknown]
schedule: {cron: "*/15 * * * *", timezone: UTC, jitter: 0s, run_on_start: true}
log: {level: info, format: auto}
limits: {max_copies: 0, max_failures: 0, max_failure_percent: 0, allow_tag_eviction: false}
run_timeout: 0s
cache: {dir: ""}
serve: {listen: 127.0.0.1:8080, grace: 30s, webhook: {secret: "", secret_file: "", gather: 1s}}
metrics: {pushgateway: "", job: sigsync, textfile: ""}
notify: []
`)
	if diff := cmp.Diff(want, parse(t, good)); diff != "" {
		t.Errorf("Parse of a short file (-long +short):\n%s", diff)
	}
}

func TestParseReadsEveryValue(t *testing.T) {
	got := parse(t, `
version: 1
servers:
  a:
    url: https://a.example/artifactory/
    auth: {username: sync, password_file: /p}
    tls: {ca_file: ca, cert_file: c, key_file: k, insecure_skip_verify: true}
    proxy: http://proxy:3128
    timeout: 1m30s
    rate_limit: 0.5
    max_connections: 4
  b: {url: "http://b.example", auth: {api_key: "${TOKEN}"}}
pairs:
  - name: x
    source: {server: a, repository: dev}
    target: {server: b, repository: prod}
    images: {include: ["team/**", "app"], exclude: ["**/tmp"]}
    families: [sbom]
    referrers: never
    match: digest
    attestation_only: copy
    transport: registry
concurrency: {scan: 1, copy: 2}
retry: {attempts: 1, initial: 1s, max: 1s}
fail_on: [unsigned]
schedule: {cron: "@hourly", timezone: Europe/Berlin, jitter: 5m, run_on_start: false}
log: {level: debug, format: json}
serve: {listen: ":9090", grace: 0s, webhook: {gather: 3s}}
notify:
  - {url: "https://sync:${TOKEN}@alerts.example/in?key=${TOKEN}", template: '{"text": {{ json .Title }}}', repeat: 6h}
  - {url_file: /slack, form: slack, on: [failure, recovery]}
  - {url: "https://flows.example/invoke?sig=${TOKEN}", form: teams, on: []}
metrics: {pushgateway: "https://user:${TOKEN}@gateway.example", job: signatures, textfile: /m.prom}
`)
	golden(t, "every-value.golden", show(t, got))
	if gateway := got.Metrics.Pushgateway.Reveal(); gateway != "https://user:s3cr3t@gateway.example" {
		t.Errorf("pushgateway = %q, want the URL itself", gateway)
	}
	if b := got.Servers["b"].Auth.APIKey.Reveal(); b != "s3cr3t" {
		t.Errorf("api_key = %q, want the variable's value", b)
	}
}

func TestParseProblemsOfTheWhole(t *testing.T) {
	testProblems(t, []problem{
		{"no version", servers + pairs, "f:1: version: expected 1, the only version this program reads, got nothing"},
		{"other version", "version: 2\n" + servers + pairs, "f:1: version: expected 1, the only version this program reads, got 2"},
		{"no servers", version + pairs, "f:1: servers: expected at least one server"},
		{"empty servers", version + pairs + "servers: {}", "f:3: servers: expected at least one server"},
		{"no pairs", version + servers, "f:1: pairs: expected at least one pair"},
		{"empty pairs", version + servers + "pairs: []", "f:3: pairs: expected at least one pair"},
		{"everything at once", `version: 3
servers:
  main: {url: ftp://a.example, tiemout: 3s, rate_limit: fast}
pairs:
  - source: {repository: dev}
    target:
      repository: ""
    match: paths
log: {level: loud}
loq: {}
`, `f:1: version: expected 1, the only version this program reads, got 3
f:3: servers.main.url: expected an http or https URL, got "ftp://a.example"
f:3: servers.main.tiemout: unknown key: did you mean timeout?
f:3: servers.main.rate_limit: expected a number, got a string
f:7: pairs[0].target.repository: expected a repository key, got ""
f:8: pairs[0].match: expected one of path, digest, got "paths": did you mean path?
f:9: log.level: expected one of error, warn, info, debug, trace, got "loud"
f:10: loq: unknown key: did you mean log?`},
	})
}
