package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

// twoServers is a file with an Artifactory server a and a plain registry r,
// whose pairs begin in line 6.
func twoServers(pairs string) string {
	return version + "servers:\n  a: {url: \"https://a.example/artifactory\"}\n  r: {url: \"https://r.example\", type: oci}\npairs:\n" + pairs
}

func TestParseReadsPairsWithAPlainRegistry(t *testing.T) {
	c := parse(t, twoServers(`
  - source: {server: a, repository: docker-prod}
    target: {server: r, repository: mirror/prod}
    referrers: always
    families: [signature, other]
    on_difference: merge
    transport: registry
    verify: {keys: [cosign.pub], keep_unverified: true}
`))
	p := c.Pairs[0]
	if c.Servers["r"].Type != config.TypeOCI || p.Target.Repository != "mirror/prod" || p.Name != "docker-prod-to-mirror/prod" {
		t.Errorf("Parse = server of type %s, pair %q to %s, want oci, its default name, and mirror/prod", c.Servers["r"].Type, p.Name, p.Target.Repository)
	}
	want := config.Verify{Keys: []string{"cosign.pub"}, KeepUnverified: true}
	if diff := cmp.Diff(want, p.Verify); diff != "" {
		t.Errorf("verify (-want +got):\n%s", diff)
	}
	if p.Referrers != config.ReferrersAlways || p.OnDifference != config.DifferenceMerge || p.Transport != config.TransportRegistry {
		t.Errorf("Parse = %s, %s, %s, want what the file says", p.Referrers, p.OnDifference, p.Transport)
	}
}

func TestParseRefusesWhatAPlainRegistryHasNot(t *testing.T) {
	in := func(keys string) string {
		return twoServers("  - source: {server: a, repository: dev}\n    target: {server: r, repository: prod}\n" + indent("    ", keys))
	}
	registry := func(keys string) string { return server("url: https://r.example\ntype: oci\n" + keys + "\n") }
	testProblems(t, []problem{
		{"a path", server("url: https://r.example/v2\ntype: oci\n"),
			"f:5: servers.main.url: expected the URL of a registry without a path: its API is at /v2/, and a prefix of image paths belongs to a pair's repository"},
		{"an API key", registry("auth: {api_key: k}"),
			"f:7: servers.main.auth.api_key: expected token, token_file or username for a server of type oci; without auth, Docker's config.json is asked"},
		{"copy", in("transport: copy"), `f:8: pairs[0].transport: expected auto or registry, got "copy": that is a way inside one Artifactory server`},
		{"promote", in("transport: promote"), `f:8: pairs[0].transport: expected auto or registry, got "promote": that is a way inside one Artifactory server`},
		{"a key without a file", in(`verify: {keys: [""]}`), "f:8: pairs[0].verify.keys[0]: expected the name of a PEM file"},
		{"nothing to be unverified", in("verify: {keep_unverified: true}"),
			"f:8: pairs[0].verify.keep_unverified: expected keys beside it: without any, nothing is verified"},
		{"a prefix with a slash at its end", twoServers("  - source: {server: a, repository: dev}\n    target: {server: r, repository: prod/}\n"),
			`f:7: pairs[0].target.repository: expected a prefix of image paths, without slashes at its ends, got "prod/"`},
		{"a slash on Artifactory", twoServers("  - source: {server: a, repository: dev/team}\n    target: {server: r, repository: prod}\n"),
			`f:6: pairs[0].source.repository: expected a repository key, got "dev/team"`},
	})
}

func TestParseTakesTransportsInsideOneServer(t *testing.T) {
	for _, transport := range []string{"copy", "promote", "auto", "registry"} {
		c := parse(t, pair("target: {repository: prod}\ntransport: "+transport+"\n"))
		if got := string(c.Pairs[0].Transport); got != transport {
			t.Errorf("transport = %s, want %s", got, transport)
		}
	}
}
