package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseProblemsOfPairs(t *testing.T) {
	in := func(keys string) string { return pair("target: {repository: prod}\n" + keys + "\n") }
	repository := func(name string) string { return pair("target: {repository: " + name + "}") }
	const expected = "f:5: pairs[0].target.repository: expected a repository key, got "
	testProblems(t, []problem{
		{"no repository", pair("target: {}"), expected + `""`},
		{"slash", repository("docker/prod"), expected + `"docker/prod"`},
		{"space", repository("docker prod"), expected + `"docker prod"`},
		{"line break", repository(`"a\nb"`), "f:5: pairs[0].target.repository: expected one line of text without control characters"},
		{"control character", repository(`"a\x01"`), "f:5: pairs[0].target.repository: expected one line of text without control characters"},
		{"parent", repository(".."), expected + `".."`},
		{"same directory", repository("."), expected + `"."`},
		{"no source", version + servers + "pairs: [{target: {repository: prod}}]", `f:3: pairs[0].source.repository: expected a repository key, got ""`},
		{"name", in(`name: " a"`), `f:6: pairs[0].name: expected a name without line breaks and without spaces at its ends, got " a"`},
		{"globs", in("images:\n  include: [\"a[\", \"\"]\n  exclude: [\"{a\"]"), `f:7: pairs[0].images.include[0]: expected a glob, got "a["
f:7: pairs[0].images.include[1]: expected a glob, got ""
f:8: pairs[0].images.exclude[0]: expected a glob, got "{a"`},
		{"no glob", in("images: {include: []}"), `f:6: pairs[0].images.include: expected at least one glob: write ["**"] for every image`},
		{"no family", in("families: []"), "f:6: pairs[0].families: expected at least one family"},
		{"family", in("families: [sbom, signatures]"), `f:6: pairs[0].families[1]: expected one of signature, attestation, sbom, other, got "signatures": did you mean signature?`},
		{"referrers", in("referrers: ever"), `f:6: pairs[0].referrers: expected one of auto, always, never, got "ever": did you mean never?`},
		{"match", in("match: tag"), `f:6: pairs[0].match: expected one of path, digest, got "tag"`},
		{"attestation_only", in("attestation_only: keep"), `f:6: pairs[0].attestation_only: expected one of hold, copy, got "keep"`},
		{"on_difference", in("on_difference: updat"), `f:6: pairs[0].on_difference: expected one of report, update, merge, got "updat": did you mean update?`},
		{"transport", in("transport: coopy"), `f:6: pairs[0].transport: expected one of auto, copy, promote, registry, got "coopy": did you mean copy?`},
		{"target and targets", in("targets: [{repository: stage}]"), "f:6: pairs[0].targets: expected target or targets, got both"},
		{"neither", pair("match: path"), "f:4: pairs[0].target: expected target or targets, got neither"},
		{"no targets", pair("targets: []"), "f:5: pairs[0].targets: expected at least one target"},
		{"no list of targets", pair("targets: prod"), "f:5: pairs[0].targets: expected a list, got a string"},
		{"misspelt target", pair("tagret: {repository: prod}"), "f:5: pairs[0].tagret: unknown key: did you mean target?"},
		{"one of the targets", pair("targets:\n  - repository: prod\n  - repository: \"\"\n"), `f:7: pairs[0].targets[1].repository: expected a repository key, got ""`},
	})
}

func TestParseProblemsOfServerNames(t *testing.T) {
	const two = version + "servers: {eu: {url: \"http://a\"}, us: {url: \"http://b\"}}\n"
	testProblems(t, []problem{
		{"left out", two + "pairs: [{source: {server: eu, repository: a}, target: {repository: b}}]", `f:3: pairs[0].target.server: expected one of eu, us, got ""`},
		{"unknown", two + "pairs: [{source: {server: eu, repository: a}, target: {server: asia, repository: b}}]", `f:3: pairs[0].target.server: expected one of eu, us, got "asia"`},
		{"unknown beside one", pair("target: {server: mian, repository: b}"), `f:5: pairs[0].target.server: expected one of main, got "mian": did you mean main?`},
	})
}

func TestParseExpandsTargets(t *testing.T) {
	const targets = "targets: [{repository: stage}, {repository: prod}]\nmatch: digest\n"
	for _, tt := range []struct {
		keys string
		want []string
	}{
		{targets, []string{"dev-to-stage main/stage digest", "dev-to-prod main/prod digest"}},
		{"name: release\n" + targets, []string{"release-stage main/stage digest", "release-prod main/prod digest"}},
		{"name: release\ntargets: [{repository: stage}]\n", []string{"release main/stage path"}},
		{"targets: [{repository: stage}]\n", []string{"dev-to-stage main/stage path"}},
		{"name: \"\"\ntarget: {repository: stage}\n", []string{"dev-to-stage main/stage path"}},
	} {
		var got []string
		for _, p := range parse(t, pair(tt.keys)).Pairs {
			got = append(got, p.Name+" "+p.Target.Server+"/"+p.Target.Repository+" "+string(p.Match))
			if p.Source.Server != "main" || p.Source.Repository != "dev" {
				t.Errorf("Parse(%q) source = %+v, want main/dev", tt.keys, p.Source)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Parse(%q) pairs (-want +got):\n%s", tt.keys, diff)
		}
	}
}
