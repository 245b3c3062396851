package config_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseProblemsOfServers(t *testing.T) {
	const url = "url: https://a.example\n"
	tooManyForms := "auth: {token: a, token_file: b, username: c, password: d, api_key: e}\n"
	testProblems(t, []problem{
		{"no URL", server("type: artifactory\n"), `f:4: servers.main.url: expected an http or https URL, got ""`},
		{"no scheme", server("url: a.example\n"), `f:5: servers.main.url: expected an http or https URL, got "a.example"`},
		{"no host", server("url: \"https:///artifactory\"\n"), `f:5: servers.main.url: expected an http or https URL, got "https:///artifactory"`},
		{"only a port", server("url: \"https://:80\"\n"), `f:5: servers.main.url: expected an http or https URL, got "https://:80"`},
		{"other scheme", server("url: oci://a.example\n"), `f:5: servers.main.url: expected an http or https URL, got "oci://a.example"`},
		{"credentials", server("url: https://sync:hunter2@a.example\n"), "f:5: servers.main.url: expected a URL without credentials"},
		{"broken credentials", server("url: \"https://sync:hunter 2@a.example\"\n"), "f:5: servers.main.url: expected an http or https URL"},
		{"query", server("url: https://a.example?token=hunter2\n"), "f:5: servers.main.url: expected a URL without query and fragment"},
		{"empty query", server("url: https://a.example/?\n"), "f:5: servers.main.url: expected a URL without query and fragment"},
		{"fragment", server("url: https://a.example/#a\n"), "f:5: servers.main.url: expected a URL without query and fragment"},
		{"type", server(url + "type: artefactory\n"), `f:6: servers.main.type: expected one of artifactory, oci, got "artefactory": did you mean artifactory?`},
		{"proxy", server(url + "proxy: proxy:3128\n"), `f:6: servers.main.proxy: expected an http or https URL, got "proxy:3128"`},
		{"timeout", server(url + "timeout: 0s\n"), "f:6: servers.main.timeout: expected a duration above 0s, got 0s"},
		{"rate limit", server(url + "rate_limit: -0.5\n"), "f:6: servers.main.rate_limit: expected a number of 0 or more, got -0.5"},
		{"connections", server(url + "max_connections: 0\n"), "f:6: servers.main.max_connections: expected a number of 1 or more, got 0"},
		{"certificate without key", server(url + "tls: {cert_file: c}\n"), `f:6: servers.main.tls.key_file: expected a file beside cert_file, got ""`},
		{"key without certificate", server(url + "tls:\n  key_file: k\n  cert_file: \"\"\n"), `f:8: servers.main.tls.cert_file: expected a file beside key_file, got ""`},
		{"all forms", server(url + tooManyForms), "f:6: servers.main.auth: expected one form of login, got token and token_file and username and api_key"},
		{"name", version + pairs + `servers: {"a\nb": {url: "http://a"}}`, `f:3: servers."a\nb": expected a name without line breaks and without spaces at its ends, got "a\nb"`},
	})
}

func TestParseProblemsOfAuth(t *testing.T) {
	in := func(auth string) string { return server("url: https://a.example\nauth: {" + auth + "}\n") }
	const auth = "f:6: servers.main.auth"
	realm := func(n int) string {
		return fmt.Sprintf("%s.realm_hosts[%d]: expected a host, with a port unless it is the usual one, and without https://\n", auth, n)
	}
	const empty = "expected a value, got an empty one: leave the key out for anonymous access"
	testProblems(t, []problem{
		{"two forms", in("api_key: a, token: b"), auth + ": expected one form of login, got token and api_key"},
		{"OIDC and another", in("token: a, oidc: {provider: p}"), auth + ": expected one form of login, got token and oidc\n" +
			auth + ".oidc.token_file: expected the name of a file with an identity token"},
		{"key of OIDC", in("oidc: {provder: p}"), auth + ".oidc.token_file: expected the name of a file with an identity token\n" +
			auth + ".oidc.provder: unknown key: did you mean provider?"},
		{"empty OIDC", in("oidc: {provider: \"\", token_file: \"\"}"), auth + ".oidc.provider: expected the name of an OIDC integration of the server\n" +
			auth + ".oidc.token_file: expected the name of a file with an identity token"},
		{"empty token", in("token: \"\""), auth + ".token: " + empty},
		{"empty variable", in("token: \"${EMPTY}\""), auth + ".token: " + empty},
		{"empty default", in("token: \"${NONE:-}\""), auth + ".token: " + empty},
		{"empty token file", in("token_file: \"\""), auth + ".token_file: " + empty},
		{"empty API key", in("api_key: \"\""), auth + ".api_key: " + empty},
		{"empty username", in("username: \"\", password: p"), auth + ".username: " + empty},
		{"empty password", in("username: u, password: \"\""), auth + ".password: " + empty},
		{"empty password file", in("username: u, password_file: \"\""), auth + ".password_file: " + empty},
		{"no password", in("username: u"), auth + ".username: expected password or password_file beside it"},
		{"no username", in("password: p"), auth + ".password: expected username beside it"},
		{"no username for a file", in("password_file: p"), auth + ".password_file: expected username beside it"},
		{"two passwords", in("username: u, password: p, password_file: f"), auth + ": expected password or password_file, got both"},
		{"line break in token", in(`token: "hunter2\n"`), auth + ".token: expected one line of text without control characters"},
		{"space in token", in(`token: "hunter 2"`), auth + ".token: expected a token without spaces"},
		{"space in API key", in(`api_key: "hunter 2"`), auth + ".api_key: expected a key without spaces"},
		{"realm that is a URL", in("realm_hosts: [a.example, \"https://b.example\", b.example/token, \"u@b.example\", \"b.example:x\", \":443\"]"),
			realm(1) + realm(2) + realm(3) + realm(4) + strings.TrimSuffix(realm(5), "\n")},
		{"colon in username", in(`username: "a:b", password: p`), auth + ".username: expected a name without a colon"},
	})
}

func TestParseTakesEveryFormOfAuth(t *testing.T) {
	for _, auth := range []string{
		"", "token: a", "token_file: a", "username: a, password: \"a b\"", "username: a, password_file: a", "api_key: a",
		"oidc: {provider: k8s, token_file: /t, audience: a}", "oidc: {provider: k8s, token_file: /t}",
		"realm_hosts: [a.example, \"b.example:8443\", \"[::1]:80\"]", "token: a, realm_hosts: []",
	} {
		parse(t, server("url: https://a.example\nauth: {"+auth+"}\n"))
	}
}
